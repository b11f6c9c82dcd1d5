"""Collect invoices and payment requests, open pages to pay them on, and follow what is pending."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.jobs import enqueue
from customers.models import Customer
from invoices.models import (
    Invoice,
    InvoiceStatus,
    Payment,
    PaymentAllocation,
    PaymentClaim,
    PaymentRequest,
    PaymentStatus,
)
from invoices.providers import ProviderRefused
from invoices.services.announcements import tell_of_refused_account
from invoices.services.collection.note import BUSY, Demand, due_cents, note_payment, write_down
from invoices.services.collection.pursue import collecting, collection_of, pursue_payment, withdraw_payment
from invoices.services.provider import Account, account_of, default_method, provider_of, provider_of_payment


def retry_payment(*, invoice: Invoice) -> None:
    """Ask the provider again for what is due.

    Raises ``NotAllowed``: ``invalid_status``, ``invalid_payment_status``, and ``BUSY`` while it is being asked.
    """
    if invoice.status != InvoiceStatus.FINALIZED:
        raise NotAllowed("invalid_status")
    if invoice.payment_status == PaymentStatus.SUCCEEDED:
        raise NotAllowed("invalid_payment_status")
    if PaymentClaim.objects.filter(invoice=invoice, payment__on_page=False).exists():
        raise NotAllowed(BUSY)
    if provider_of(invoice.customer) is not None:
        enqueue("invoices.tasks.collect_invoice", invoice.id, inline=False)


def collect_invoice(*, invoice_id: UUID, at: datetime) -> Payment | None:
    """Take what is due from the customer's default method; None without one. Run twice it takes it once."""
    invoice = Invoice.objects.select_related("customer__billing_entity").get(id=invoice_id)
    return _collect(Demand((invoice.id,)), invoice.customer, at)


def collect_request(*, payment_request_id: UUID, at: datetime) -> Payment | None:
    """Take what is due on all of its invoices, in one payment."""
    asked = PaymentRequest.objects.select_related("customer__billing_entity").get(id=payment_request_id)
    invoice_ids = tuple(asked.requested_invoices.values_list("invoice_id", flat=True))
    return _collect(Demand(invoice_ids, asked.id), asked.customer, at)


def payment_page(*, invoice: Invoice, at: datetime) -> str:
    """A page of the provider on which the customer pays what is due; the same one while it is open.

    Raises ``NotAllowed`` (``invalid_payment_status``; ``BUSY`` while the money is on its way), ``ValidationFailed``
    without a provider and ``ProviderRefused``.
    """
    if not due_cents(invoice):
        raise NotAllowed("invalid_payment_status")
    account = account_of(invoice.customer, at=at)
    with collecting(invoice.customer_id):
        known = _pending([invoice.id]).first()
        if known is not None:
            known = _reusable(known, at)
            if known.payment_status == PaymentStatus.PENDING:
                return known.action_url
        return _open_page(invoice, account, at)


def follow_payment(*, payment_id: UUID, at: datetime) -> Payment:
    """Find out what became of a pending payment; withdraw it if something else is due by now."""
    payment = Payment.objects.get(id=payment_id)
    with collecting(payment.customer_id):
        payment.refresh_from_db()
        return _settled(payment, at, keep=not _is_outdated(payment))


def _collect(demand: Demand, customer: Customer, at: datetime) -> Payment | None:
    provider = provider_of(customer)
    method = default_method(customer, provider) if provider is not None else None
    if provider is None or method is None:
        return None
    with collecting(customer.id):
        for pending in _pending(demand.invoice_ids):
            keep = not pending.on_page and not _is_outdated(pending) and _pays(pending, demand)
            settled = _settled(pending, at, keep=keep)
            if keep or settled.payment_status != PaymentStatus.FAILED:
                return settled
        account = _account(customer, at)
        payment = note_payment(demand=demand, account=account, method_id=method.provider_method_id, at=at)
        return payment and pursue_payment(payment=payment, provider=provider, at=at)


def _account(customer: Customer, at: datetime) -> Account:
    try:
        return account_of(customer, at=at)
    except ProviderRefused as refused:
        tell_of_refused_account(customer, refused, at=at)
        raise


def _settled(payment: Payment, at: datetime, *, keep: bool) -> Payment:
    provider = provider_of_payment(payment)
    if payment.payment_status != PaymentStatus.PENDING or provider is None:
        return payment
    settle = pursue_payment if keep else withdraw_payment
    return settle(payment=payment, provider=provider, at=at)


def _reusable(pending: Payment, at: datetime) -> Payment:
    """The pending page if it is still open, or what became of the payment that it cannot stay beside."""
    keep = pending.on_page and not _is_outdated(pending)
    settled = _settled(pending, at, keep=keep)
    if settled.payment_status == PaymentStatus.SUCCEEDED:
        raise NotAllowed("invalid_payment_status")
    if settled.payment_status == PaymentStatus.PENDING and not (keep and settled.action_url):
        raise NotAllowed(BUSY)
    return settled


def _open_page(invoice: Invoice, account: Account, at: datetime) -> str:
    payment = note_payment(demand=Demand((invoice.id,)), account=account, on_page=True, at=at)
    if payment is None:
        raise NotAllowed("invalid_payment_status")
    try:
        page = account.remote.open_page(collection_of(payment), success_url=account.success_url)
    except ProviderRefused:
        withdraw_payment(payment=payment, provider=account.provider, at=at)
        raise
    write_down(payment=payment, page_id=page.id, action_url=page.url, at=at)
    return page.url


def _pending(invoice_ids: tuple[UUID, ...] | list[UUID]) -> QuerySet[Payment]:
    """Those that claim one of the invoices."""
    claiming = PaymentClaim.objects.filter(invoice__in=invoice_ids).values("payment")
    return Payment.objects.filter(id__in=claiming).order_by("id")


def _is_outdated(payment: Payment) -> bool:
    """Something else is due by now than what it asks for."""
    parts = PaymentAllocation.objects.filter(payment=payment).select_related("invoice")
    return any(part.amount_cents != due_cents(part.invoice) for part in parts)


def _pays(payment: Payment, demand: Demand) -> bool:
    """Whether it is the payment of this very demand."""
    named = PaymentAllocation.objects.filter(payment=payment).values_list("invoice_id", flat=True)
    return payment.payment_request_id == demand.payment_request_id and set(named) <= set(demand.invoice_ids)
