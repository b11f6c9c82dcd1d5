"""Wallets over the API: all of an organization by id, or a customer's by their codes."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.fields import Instant
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.models import Customer
from customers.queries import customers_of
from invoices.api.inputs.wallet import NamedWalletInput, NewWalletInput, WalletInput
from invoices.api.wallet_filters import WalletFilters
from invoices.models import Wallet
from invoices.queries import blocks_as_of, wallet_by_code, wallet_by_id, wallets_for_wire, wallets_of
from invoices.services.wallet.creation import create_wallet
from invoices.services.wallet.update import terminate_wallet, update_wallet
from invoices.wire.wallet import BalanceStatementWire, WalletWire, balance_statement_wire, wallet_wire, wallets_wire


class WalletsView(OrganizationAPIView):
    @operation("wallets", WalletWire, filters=WalletFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(WalletFilters, wallets_for_wire(wallets_of(self.organization)))
        return self.page("wallets", found, wallets_wire)

    @operation("wallet", WalletWire, takes=NamedWalletInput)
    def post(self, request: Request) -> Response:
        fields = self.arguments(NamedWalletInput)
        return answer(self, create_wallet(organization=self.organization, at=self.at, **fields).id)


class WalletView(OrganizationAPIView):
    @operation("wallet", WalletWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return answer(self, self.wallet(lago_id).id)

    @operation("wallet", WalletWire, takes=WalletInput)
    def put(self, request: Request, lago_id: str) -> Response:
        return changed(self, self.wallet(lago_id))

    @operation("wallet", WalletWire)
    def delete(self, request: Request, lago_id: str) -> Response:
        return answer(self, terminate_wallet(wallet=self.wallet(lago_id), at=self.at).id)

    def wallet(self, lago_id: str) -> Wallet:
        return wallet_by_id(self.organization, lago_id)


class BalanceStatementInput(CommandInput):
    at = Instant()


class BalanceStatementView(OrganizationAPIView):
    @operation("balance_statement", BalanceStatementWire)
    def get(self, request: Request, lago_id: str) -> Response:
        """The balance at ``?at=`` (now unless given) and the credits that it was made of."""
        wallet = wallet_by_id(self.organization, lago_id)
        at = BalanceStatementInput.checked(request.query_params.dict()).get("at", self.at)
        return self.answer(balance_statement=balance_statement_wire(wallet, blocks_as_of(wallet, at), at=at))


class CustomerWalletsView(OrganizationAPIView):
    @operation("wallets", WalletWire, filters=WalletFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        own = wallets_of(self.organization).filter(customer=customer_of(self, external_customer_id))
        return self.page("wallets", self.filtered(WalletFilters, wallets_for_wire(own)), wallets_wire)

    @operation("wallet", WalletWire, takes=NewWalletInput)
    def post(self, request: Request, external_customer_id: str) -> Response:
        fields = self.arguments(NewWalletInput)
        named = {"external_customer_id": external_customer_id, **fields}
        return answer(self, create_wallet(organization=self.organization, at=self.at, **named).id)


class CustomerWalletView(OrganizationAPIView):
    @operation("wallet", WalletWire)
    def get(self, request: Request, external_customer_id: str, code: str) -> Response:
        return answer(self, self.wallet(external_customer_id, code).id)

    @operation("wallet", WalletWire, takes=WalletInput)
    def put(self, request: Request, external_customer_id: str, code: str) -> Response:
        return changed(self, self.wallet(external_customer_id, code))

    @operation("wallet", WalletWire)
    def delete(self, request: Request, external_customer_id: str, code: str) -> Response:
        return answer(self, terminate_wallet(wallet=self.wallet(external_customer_id, code), at=self.at).id)

    def wallet(self, external_customer_id: str, code: str) -> Wallet:
        return wallet_by_code(customer_of(self, external_customer_id), code)


def customer_of(view: OrganizationAPIView, external_id: str) -> Customer:
    return find(customers_of(view.organization), "customer", external_id=external_id)


def changed(view: OrganizationAPIView, wallet: Wallet) -> Response:
    changes = view.arguments(WalletInput, updating=True)
    return answer(view, update_wallet(wallet=wallet, at=view.at, **changes).id)


def answer(view: OrganizationAPIView, wallet_id: UUID) -> Response:
    return view.answer(wallet=wallet_wire(wallet_by_id(view.organization, wallet_id)))
