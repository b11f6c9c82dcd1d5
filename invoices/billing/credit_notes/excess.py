"""What progressive invoices billed beyond what the whole period came to: given back as a credit note (3-Z5, N7)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from billing_site.kernel.money import EXACT, round_half_up
from invoices.billing.credit_notes.creditable import creditable_fee, with_credited
from invoices.billing.credit_notes.drafts import CreditNoteDraft
from invoices.billing.credit_notes.record import record_credit_notes
from invoices.billing.drafts import InvoiceDraft
from invoices.models import CreditNote, Fee, InvoiceStatus
from invoices.settlement import CreditedItem, Split, credit_note_amounts

ITEM_PLACES = 5


def give_back_excess(drafts: Sequence[InvoiceDraft], *, at: datetime) -> list[CreditNote]:
    """A credit note on the progressive invoice for each of ``drafts`` that is final and left something of it over.

    A constant number of statements, none where nothing was left.
    """
    final = [draft for draft in drafts if draft.status != InvoiceStatus.DRAFT]
    excess = {
        draw.invoice_id: draw.excess_cents
        for draft in final
        for draw in draft.settlement.progressive_draws
        if draw.excess_cents
    }
    if not excess:
        return []
    fees: dict[UUID, list[Fee]] = defaultdict(list)
    own = with_credited(Fee.objects.filter(invoice__in=list(excess)))
    for fee in own.select_related("invoice__customer__billing_entity").order_by("id"):
        fees[fee.invoice_id or fee.id].append(fee)
    return record_credit_notes(_drafts(fees, excess), at=at)


def _drafts(fees: Mapping[UUID, list[Fee]], excess: Mapping[UUID, int]) -> list[CreditNoteDraft]:
    drafts = []
    for invoice_id, own in fees.items():
        invoice, amounts = own[0].invoice, credit_note_amounts(_items(own, excess[invoice_id]))
        if invoice is not None and amounts.total_amount_cents:
            split = Split(credit_amount_cents=amounts.total_amount_cents)
            drafts.append(CreditNoteDraft(invoice, amounts, split, is_automatic=True))
    return drafts


def _items(fees: Sequence[Fee], excess_cents: int) -> list[CreditedItem]:
    """The excess, which is net of discounts, over all fees in proportion; no more of a fee than is left of it."""
    net = sum((fee.amount_cents - fee.precise_coupons_amount_cents for fee in fees), Decimal(0))
    part = min(EXACT.divide(Decimal(excess_cents), net), Decimal(1)) if net > 0 else Decimal(0)
    items = []
    for fee in fees:
        creditable = creditable_fee(fee)
        left = Decimal(fee.amount_cents) - creditable.credited_amount_cents
        amount = min(round_half_up(EXACT.multiply(part, Decimal(fee.amount_cents)), ITEM_PLACES), left)
        if amount > 0:
            items.append(CreditedItem(creditable, amount))
    return items
