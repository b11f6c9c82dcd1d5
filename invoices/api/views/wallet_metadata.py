"""Metadata of wallets over the API."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.key_values import KeyValuesInput
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.key_values import merged_key_values, without_key
from invoices.api.views.wallet import customer_of
from invoices.models import Wallet
from invoices.queries import wallet_by_code, wallet_by_id
from invoices.services.wallet.update import change_metadata


class ByWalletId(OrganizationAPIView):
    """Routes that name the wallet by its id."""

    def wallet(self) -> Wallet:
        return wallet_by_id(self.organization, self.kwargs["lago_id"])


class ByCustomerAndCode(OrganizationAPIView):
    """Routes that name a customer's wallet by its code."""

    def wallet(self) -> Wallet:
        return wallet_by_code(customer_of(self, self.kwargs["external_customer_id"]), self.kwargs["wallet_code"])


class MetadataMethods(OrganizationAPIView):
    """All metadata of a wallet: replaced, added to, removed."""

    def wallet(self) -> Wallet:
        raise NotImplementedError

    @operation("metadata")
    def post(self, request: Request, **_: str) -> Response:
        wallet, given = self.wallet(), KeyValuesInput.given(request.data)
        changed = change_metadata(wallet=wallet, at=self.at, change=lambda stored: given)
        return self.answer(metadata=changed.metadata)

    @operation("metadata")
    def patch(self, request: Request, **_: str) -> Response:
        wallet, given = self.wallet(), KeyValuesInput.given(request.data)
        changed = change_metadata(wallet=wallet, at=self.at, change=partial(merged_key_values, given=given))
        return self.answer(metadata=changed.metadata)

    @operation("metadata")
    def delete(self, request: Request, **_: str) -> Response:
        wallet = change_metadata(wallet=self.wallet(), at=self.at, change=lambda stored: {})
        return self.answer(metadata=wallet.metadata)


class KeyMethods(OrganizationAPIView):
    """One key of a wallet's metadata."""

    def wallet(self) -> Wallet:
        raise NotImplementedError

    @operation("metadata")
    def delete(self, request: Request, key: str, **_: str) -> Response:
        remove = partial(without_key, key=key)
        return self.answer(metadata=change_metadata(wallet=self.wallet(), at=self.at, change=remove).metadata)


class WalletMetadataView(ByWalletId, MetadataMethods):
    pass


class WalletMetadataKeyView(ByWalletId, KeyMethods):
    pass


class CustomerWalletMetadataView(ByCustomerAndCode, MetadataMethods):
    pass


class CustomerWalletMetadataKeyView(ByCustomerAndCode, KeyMethods):
    pass
