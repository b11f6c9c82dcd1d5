"""Transactions of wallets over the API."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from invoices.api.inputs.wallet import WalletTransactionInput
from invoices.api.wallet_filters import WalletTransactionFilters
from invoices.models import WalletTransaction
from invoices.queries import wallet_by_id, wallet_transaction_by_id, wallet_transactions_for_wire
from invoices.services.wallet.payment_url import payment_url_of
from invoices.services.wallet.top_up import create_wallet_transactions
from invoices.wire.wallet_transaction import (
    ConsumptionWire,
    WalletTransactionWire,
    consumptions_wire,
    wallet_transaction_wire,
    wallet_transactions_wire,
)


class WalletTransactionsView(OrganizationAPIView):
    @operation("wallet_transactions", WalletTransactionWire, takes=WalletTransactionInput)
    def post(self, request: Request) -> Response:
        """A bare list: one transaction for each kind of credits in the body."""
        fields = self.arguments(WalletTransactionInput)
        made = create_wallet_transactions(organization=self.organization, at=self.at, **fields)
        return self.answer(wallet_transactions=wallet_transactions_wire(made))


class TransactionsOfWalletView(OrganizationAPIView):
    @operation("wallet_transactions", WalletTransactionWire, filters=WalletTransactionFilters, listed=True)
    def get(self, request: Request, lago_id: str) -> Response:
        own = wallet_transactions_for_wire(wallet_by_id(self.organization, lago_id).transactions.all())
        return self.page("wallet_transactions", self.filtered(WalletTransactionFilters, own), wallet_transactions_wire)


class WalletTransactionView(OrganizationAPIView):
    @operation("wallet_transaction", WalletTransactionWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return self.answer(wallet_transaction=wallet_transaction_wire(transaction_of(self, lago_id)))


class ConsumptionsView(OrganizationAPIView):
    @operation("wallet_transaction_consumptions", ConsumptionWire, listed=True)
    def get(self, request: Request, lago_id: str) -> Response:
        """What the credits of an inbound transaction went into."""
        found = transaction_of(self, lago_id).consumptions.select_related("outbound__wallet")
        return self.page("wallet_transaction_consumptions", found, partial(consumptions_wire, other="outbound"))


class FundingsView(OrganizationAPIView):
    @operation("wallet_transaction_fundings", ConsumptionWire, listed=True)
    def get(self, request: Request, lago_id: str) -> Response:
        """Which credits an outbound transaction came from."""
        found = transaction_of(self, lago_id).fundings.select_related("inbound__wallet")
        return self.page("wallet_transaction_fundings", found, partial(consumptions_wire, other="inbound"))


class PaymentUrlView(OrganizationAPIView):
    @operation("wallet_transaction_payment_details")
    def post(self, request: Request, lago_id: str) -> Response:
        transaction = transaction_of(self, lago_id)
        url = payment_url_of(transaction, at=self.at)
        customer = transaction.wallet.customer
        details = {
            "lago_customer_id": str(customer.id),
            "external_customer_id": customer.external_id,
            "payment_provider": customer.payment_provider,
            "lago_wallet_transaction_id": str(transaction.id),
            "payment_url": url,
        }
        return self.answer(wallet_transaction_payment_details=details)


def transaction_of(view: OrganizationAPIView, lago_id: str) -> WalletTransaction:
    return wallet_transaction_by_id(view.organization, lago_id)
