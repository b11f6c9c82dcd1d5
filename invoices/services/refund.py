"""Give back through the payment provider what it had taken: refunds of credit notes (N1)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing_site.kernel.commands import command
from billing_site.kernel.jobs import enqueue
from billing_site.kernel.locks import locked
from invoices.billing.bill import lock_customers
from invoices.models import (
    CreditNote,
    CreditNoteStatus,
    Payment,
    PaymentAllocation,
    PaymentStatus,
    PaymentType,
    ProviderRefund,
    RefundStatus,
)
from invoices.providers import Outcome, OutcomeStatus, ProviderRefused
from invoices.services.collection import collecting
from invoices.services.credit_note import update_credit_note
from invoices.services.provider import provider_of_payment, remote_of

_STATUSES = {OutcomeStatus.SUCCEEDED: RefundStatus.SUCCEEDED, OutcomeStatus.FAILED: RefundStatus.FAILED}


def queue_refunds(*, credit_notes: Sequence[CreditNote]) -> None:
    """Of issued credit notes that refund something, where a provider took the money. One query, if any do."""
    refunding = [note.id for note in credit_notes if note.refund_amount_cents]
    if not refunding:
        return
    issued = CreditNote.objects.filter(id__in=refunding, status=CreditNoteStatus.FINALIZED)
    paid = issued.filter(invoice__allocations__payment__payment_type=PaymentType.PROVIDER)
    for note_id in paid.order_by("id").values_list("id", flat=True).distinct():
        enqueue("invoices.tasks.refund_credit_note", note_id, inline=False)


def refund_credit_note(*, credit_note_id: UUID, at: datetime) -> list[ProviderRefund]:
    """Have its refund made by who took the money, once; nothing where that was not a provider alone."""
    note = CreditNote.objects.get(id=credit_note_id)
    with collecting(note.customer_id):
        refunds = note_refunds(credit_note=note, at=at)
        return [_made(refund, at) for refund in refunds if refund.status == RefundStatus.PENDING]


@command
def note_refunds(*, credit_note: CreditNote, at: datetime) -> list[ProviderRefund]:
    """What each payment of the provider gives back, the latest first; those there are, if it was noted before.

    Of 100.00 paid by 70.00 and then 30.00, a refund of 50.00 takes 30.00 and 20.00.
    """
    lock_customers([credit_note.customer_id])
    known = list(_loaded(ProviderRefund.objects.filter(credit_note=credit_note)))
    if known or credit_note.refund_status != RefundStatus.PENDING:
        return known
    parts, left = [], credit_note.refund_amount_cents
    for payment, refundable_cents in _refundable(credit_note):
        cents = min(left, refundable_cents)
        if cents > 0:
            parts.append((payment, cents))
            left -= cents
    if left:
        return []  # what was paid by hand is given back by hand, and that is the whole of it
    return ProviderRefund.objects.bulk_create(
        ProviderRefund(credit_note=credit_note, payment=payment, amount_cents=cents, created_at=at)
        for payment, cents in parts
    )


@command
def conclude_refund(*, refund_id: UUID, outcome: Outcome, at: datetime) -> ProviderRefund:
    """What the provider says came of a refund. The credit note's is done with the last one, and failed with any."""
    named = ProviderRefund.objects.filter(id=refund_id)
    lock_customers(named.values_list("credit_note__customer_id", flat=True))
    refund = locked(_loaded(named))[0]
    refund.change(
        at=at,
        status=_STATUSES.get(outcome.status, refund.status),
        provider_refund_id=outcome.provider_id or refund.provider_refund_id,
        failure_reason=outcome.failure,
    )
    statuses = set(ProviderRefund.objects.filter(credit_note=refund.credit_note_id).values_list("status", flat=True))
    if RefundStatus.FAILED in statuses:
        _tell_the_note(refund.credit_note, RefundStatus.FAILED, at)
    elif statuses == {RefundStatus.SUCCEEDED}:
        _tell_the_note(refund.credit_note, RefundStatus.SUCCEEDED, at)
    return refund


def refund_by_provider_id(organization_id: UUID, provider_refund_id: str) -> ProviderRefund | None:
    return ProviderRefund.objects.filter(
        credit_note__organization=organization_id, provider_refund_id=provider_refund_id
    ).first()


def _tell_the_note(note: CreditNote, status: RefundStatus, at: datetime) -> None:
    if note.refund_status != status:
        update_credit_note(credit_note=note, refund_status=status, at=at)


def _made(refund: ProviderRefund, at: datetime) -> ProviderRefund:
    """One that has an id is on its way; its event tells the rest."""
    provider = provider_of_payment(refund.payment)
    if refund.provider_refund_id or provider is None:
        return refund
    payment = refund.payment
    try:
        outcome = remote_of(provider).refund(
            payment.provider_payment_id,
            amount_cents=refund.amount_cents,
            currency=payment.amount_currency,
            refund_id=refund.id,
        )
    except ProviderRefused as refused:
        if refused.is_temporary:
            raise
        outcome = Outcome("", OutcomeStatus.FAILED, str(refused), refused.provider_code)
    return conclude_refund(refund_id=refund.id, outcome=outcome, at=at)


def _refundable(note: CreditNote) -> Iterator[tuple[Payment, int]]:
    """The payments of its invoice by a provider, the latest first, with the cents not given back of what it got."""
    counted = ~Q(payment__provider_refunds__status=RefundStatus.FAILED)
    of_this = counted & Q(payment__provider_refunds__credit_note__invoice=note.invoice_id)
    given_back = Coalesce(Sum("payment__provider_refunds__amount_cents", filter=of_this), 0)
    paid = PaymentAllocation.objects.filter(
        invoice=note.invoice_id,
        payment__payment_type=PaymentType.PROVIDER,
        payment__payment_status=PaymentStatus.SUCCEEDED,
    )
    newest = paid.annotate(given_back_cents=given_back).select_related("payment")
    for part in newest.order_by("-payment__paid_at", "-payment__id"):
        yield part.payment, part.amount_cents - part.given_back_cents


def _loaded(refunds: QuerySet[ProviderRefund]) -> QuerySet[ProviderRefund]:
    return refunds.select_related("payment", "credit_note")
