"""What subscriptions that end before their paid period does are given back (3-S9 … 3-S12, N7)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing_site.kernel.intervals import Interval
from invoices.billing.credit_notes.creditable import Credited, creditable_fee, credited, with_credited
from invoices.billing.credit_notes.drafts import CreditNoteDraft, Remarks
from invoices.billing.credit_notes.record import record_credit_notes
from invoices.models import (
    CreditNote,
    CreditNoteItem,
    CreditNoteReason,
    CreditNoteStatus,
    Fee,
    FeeType,
    Invoice,
    InvoiceStatus,
)
from invoices.settlement import (
    CreditedInvoice,
    CreditedItem,
    PaidFee,
    Split,
    credit_note_amounts,
    returned,
    unused_amount_cents,
)
from plans.models import OnTerminationCreditNote, Subscription
from plans.periods import unused_days
from plans.queries import successions_of, terms_of, with_terms

_REMARKS = Remarks(CreditNoteReason.ORDER_CHANGE)
_NOT_OWED = (InvoiceStatus.VOIDED, InvoiceStatus.DELETED, InvoiceStatus.CLOSED)


def give_back_unused_days(subscriptions: Iterable[Subscription], *, at: datetime) -> list[CreditNote]:
    """A credit note for each that ended within a period paid in advance; whose invoice is a draft gets a draft.

    Done again it finds nothing left to give back. Seven statements for any number of subscriptions, none where
    nothing was paid in advance. The caller's transaction has locked the customers.
    """
    ended = {each.id: each for each in subscriptions if each.plan.pay_in_advance and each.terminated_at is not None}
    if not ended:
        return []
    fees = _last_fees(ended)
    invoices = {fee.invoice_id: fee.invoice for fee in fees if fee.invoice}
    for fee in fees:
        # One instance of each, on which what several credit notes offset adds up.
        fee.invoice = invoices[fee.invoice_id]
    balances = credited(invoices.values())
    replaced = successions_of(ended.values()).keys()
    return record_credit_notes(list(_drafts(fees, ended, balances, replaced)), at=at)


def withdraw_drafts(invoices: Sequence[Invoice]) -> list[Subscription]:
    """Delete the draft credit notes on draft invoices, whose fees are about to be replaced; whose days they gave back.

    ``give_back_unused_days`` makes them again from the new fees.
    """
    drafts = CreditNote.objects.filter(invoice__in=[invoice.id for invoice in invoices], status=CreditNoteStatus.DRAFT)
    items = CreditNoteItem.objects.filter(credit_note__in=drafts, fee__subscription__isnull=False)
    subscriptions = list(with_terms(Subscription.objects.filter(id__in=items.values("fee__subscription_id"))))
    drafts.delete()
    return subscriptions


def _last_fees(ended: Mapping[UUID, Subscription]) -> list[Fee]:
    """The latest subscription fee of each, whatever became of its invoice."""
    own = Fee.objects.filter(subscription__in=ended, fee_type=FeeType.SUBSCRIPTION, invoice__isnull=False)
    last = own.order_by("subscription_id", "-created_at", "-id").distinct("subscription_id")
    loaded = with_credited(Fee.objects.filter(id__in=list(last.values_list("id", flat=True))))
    return list(loaded.select_related("invoice__customer__billing_entity"))


def _drafts(
    fees: Iterable[Fee],
    ended: Mapping[UUID, Subscription],
    balances: Mapping[UUID, Credited],
    replaced: Collection[UUID],
) -> Iterator[CreditNoteDraft]:
    for fee in fees:
        invoice, subscription = fee.invoice, ended[fee.subscription_id] if fee.subscription_id else None
        if invoice is None or subscription is None or invoice.status in _NOT_OWED:
            continue
        is_upgrade = subscription.id in replaced
        item = _unused(fee, subscription, is_upgrade=is_upgrade)
        # An upgrade knows only credit, whatever was agreed for an end (3-S11).
        option = OnTerminationCreditNote.CREDIT if is_upgrade else subscription.on_termination_credit_note
        amounts = credit_note_amounts([item])
        if option != OnTerminationCreditNote.SKIP and item.amount_cents > 0 and amounts.total_amount_cents:
            split = _split(fee, amounts.total_amount_cents, balances[invoice.id].balance, option)
            yield CreditNoteDraft(invoice, amounts, split, remarks=_REMARKS, is_automatic=True)


def _unused(fee: Fee, subscription: Subscription, *, is_upgrade: bool) -> CreditedItem:
    """The unused days at the price that was paid, at most what is left of the fee (3-S10)."""
    assert fee.from_datetime and fee.to_datetime and subscription.terminated_at, "an ended subscription was billed"
    unused = unused_days(
        terms_of(subscription),
        Interval(fee.from_datetime, fee.to_datetime),
        subscription.terminated_at,
        is_upgrade=is_upgrade,
        trial_end=subscription.trial_end_at,
    )
    creditable = creditable_fee(fee)
    whole = unused_amount_cents(fee.amount_details["plan_amount_cents"], unused)
    left = min(whole, Decimal(fee.amount_cents)) - creditable.credited_amount_cents
    return CreditedItem(creditable, max(left, Decimal(0)))


def _split(fee: Fee, total_cents: int, balance: CreditedInvoice, option: str | None) -> Split:
    paid = PaidFee(
        fee.amount_cents - fee.precise_coupons_amount_cents + fee.taxes_precise_amount_cents, invoice=balance
    )
    offsets = option == OnTerminationCreditNote.OFFSET
    return returned(total_cents, paid, refunds=offsets or option == OnTerminationCreditNote.REFUND, offsets=offsets)
