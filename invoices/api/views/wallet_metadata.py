"""Metadata of wallets over the API."""

from billing_site.kernel.api.metadata import Change, Metadata, MetadataKeyView, MetadataView
from billing_site.kernel.key_values import KeyValues
from invoices.api.views.wallet import customer_of
from invoices.queries import wallet_by_code, wallet_by_id
from invoices.services.wallet.update import change_metadata


class ByWalletId(Metadata):
    """Routes that name the wallet by its id."""

    def changed(self, change: Change) -> KeyValues:
        wallet = wallet_by_id(self.organization, self.kwargs["lago_id"])
        return change_metadata(wallet=wallet, at=self.at, change=change).metadata


class ByCustomerAndCode(Metadata):
    """Routes that name a customer's wallet by its code."""

    def changed(self, change: Change) -> KeyValues:
        customer = customer_of(self, self.kwargs["external_customer_id"])
        wallet = wallet_by_code(customer, self.kwargs["wallet_code"])
        return change_metadata(wallet=wallet, at=self.at, change=change).metadata


class WalletMetadataView(ByWalletId, MetadataView):
    pass


class WalletMetadataKeyView(ByWalletId, MetadataKeyView):
    pass


class CustomerWalletMetadataView(ByCustomerAndCode, MetadataView):
    pass


class CustomerWalletMetadataKeyView(ByCustomerAndCode, MetadataKeyView):
    pass
