"""Payments by a provider as they are written here: what is asked for, and what came of it. No network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.locks import locked
from invoices.billing.bill import lock_customers
from invoices.models import (
    PAYABLE,
    Invoice,
    Payment,
    PaymentAllocation,
    PaymentClaim,
    PaymentRequest,
    PaymentStatus,
    PaymentType,
)
from invoices.providers import Outcome, OutcomeStatus
from invoices.services.announcements import tell_of_failed_payment, tell_of_payment, tell_of_requests
from invoices.services.payment import Part, allocate, book
from invoices.services.payment_status import change_payment_status
from invoices.services.provider import Account

BUSY = "payment_processor_is_currently_handling_payment"


@dataclass(frozen=True, slots=True)
class Demand:
    """What one payment is to pay: an invoice, or those of a payment request."""

    invoice_ids: tuple[UUID, ...]
    payment_request_id: UUID | None = None


def due_cents(invoice: Invoice) -> int:
    """What may be collected now: nothing of what is not issued, paid, or owed by ourselves (I25)."""
    is_owed = invoice.status in PAYABLE and invoice.payment_status != PaymentStatus.SUCCEEDED
    return invoice.total_due_amount_cents if is_owed and not invoice.self_billed else 0


@command
def note_payment(
    *, demand: Demand, account: Account, method_id: str = "", on_page: bool = False, at: datetime
) -> Payment | None:
    """The pending payment of what is due now; None where nothing is. It claims its invoices until it is concluded.

    Raises ``NotAllowed`` (``BUSY``) while another payment claims one of them.
    """
    invoices = held_invoices(demand.invoice_ids)
    parts = [Part(invoice.id, due_cents(invoice)) for invoice in invoices if due_cents(invoice)]
    if not parts:
        return None
    if PaymentClaim.objects.filter(invoice__in=[part.invoice_id for part in parts]).exists():
        raise NotAllowed(BUSY)
    payment = Payment.objects.create(
        organization_id=account.provider.organization_id,
        customer=account.customer,
        payment_request_id=demand.payment_request_id,
        payment_type=PaymentType.PROVIDER,
        payment_status=PaymentStatus.PENDING,
        amount_cents=sum(part.amount_cents for part in parts),
        amount_currency=invoices[0].currency,
        provider_type=account.provider.provider_type,
        provider_code=account.provider.code,
        provider_customer_id=account.id,
        provider_method_id=method_id,
        on_page=on_page,
        paid_at=at,
        created_at=at,
    )
    allocate(payment, parts, at=at)
    PaymentClaim.objects.bulk_create(PaymentClaim(payment=payment, invoice_id=part.invoice_id) for part in parts)
    return payment


@command
def write_down(*, payment: Payment, at: datetime, **known: str) -> Payment:
    """Under which id the provider keeps it."""
    payment.change(at=at, **known)
    return payment


@command
def conclude_payment(*, payment_id: UUID, outcome: Outcome, at: datetime) -> Payment:
    """What the provider says came of a payment. It may say so several times, and the latest first.

    The first success counts, and stays; a failure only while nothing else is known. A payment that was given up here
    and succeeded all the same is booked: the money is there.
    """
    named = PaymentAllocation.objects.filter(payment=payment_id).values_list("invoice_id", flat=True)
    invoices = held_invoices(list(named))
    payment = locked(Payment.objects.filter(id=payment_id).select_related("customer"))[0]
    if not _is_news(payment, outcome):
        return payment
    is_asked_now = outcome.requires_action and not payment.requires_action
    _write(payment, outcome, at)
    if payment.payment_status != PaymentStatus.PENDING:
        PaymentClaim.objects.filter(payment=payment).delete()
    if outcome.status is OutcomeStatus.SUCCEEDED:
        book(payment, invoices, at=at)
    elif outcome.status is OutcomeStatus.FAILED:
        _fail(payment, invoices, at)
    elif is_asked_now:
        tell_of_payment("payment.requires_action", payment, at=at)
    return payment


def held_invoices(invoice_ids: Sequence[UUID]) -> list[Invoice]:
    named = Invoice.objects.filter(id__in=invoice_ids)
    lock_customers(named.values_list("customer_id", flat=True))
    return locked(named.select_related("billing_entity", "customer__billing_entity"))


def _is_news(payment: Payment, outcome: Outcome) -> bool:
    if payment.payment_status == PaymentStatus.FAILED:
        return outcome.status is OutcomeStatus.SUCCEEDED
    return payment.payment_status == PaymentStatus.PENDING


_STATUSES = {
    OutcomeStatus.SUCCEEDED: PaymentStatus.SUCCEEDED,
    OutcomeStatus.FAILED: PaymentStatus.FAILED,
    OutcomeStatus.WITHDRAWN: PaymentStatus.FAILED,
}


def _write(payment: Payment, outcome: Outcome, at: datetime) -> None:
    payment.change(
        at=at,
        provider_payment_id=outcome.provider_id or payment.provider_payment_id,
        payment_status=_STATUSES.get(outcome.status, PaymentStatus.PENDING),
        requires_action=outcome.requires_action,
        action_url=outcome.action_url or payment.action_url,
        failure_reason=outcome.failure,
        failure_code=outcome.failure_code,
        paid_at=at,
    )


def _fail(payment: Payment, invoices: Sequence[Invoice], at: datetime) -> None:
    """Of what was not paid otherwise in the meantime."""
    unpaid = [invoice for invoice in invoices if invoice.payment_status == PaymentStatus.PENDING]
    change_payment_status(unpaid, PaymentStatus.FAILED, at=at)
    if payment.payment_request_id is not None:
        _fail_request(payment.payment_request_id, payment, at)
    tell_of_failed_payment(payment, invoices, at=at)


def _fail_request(request_id: UUID, payment: Payment, at: datetime) -> None:
    pending = PaymentRequest.objects.filter(id=request_id, payment_status=PaymentStatus.PENDING)
    if pending.update(payment_status=PaymentStatus.FAILED, updated_at=at):
        organization_id = payment.organization_id
        tell_of_requests("payment_request.payment_status_updated", [request_id], organization_id=organization_id, at=at)
