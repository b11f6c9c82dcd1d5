"""What a plan paid in advance gives back when its subscription ends (3-S9 … 3-S11). Pure; amounts are cents."""

from dataclasses import dataclass
from decimal import Decimal

from billing_site.kernel.money import round_down, round_half_up
from invoices.settlement.credit_note_split import CreditedInvoice, Split
from plans.periods import DayShare

# Digits of an item that is not rounded yet.
PRECISE_PLACES = 5


def unused_amount_cents(plan_amount_cents: int, unused: DayShare) -> Decimal:
    """The price of the unused days, cut after five digits. 20,000 for 29 of 30 days: 19,333.33333.

    The reference system divides in binary floats (3-S1), and here a cent depends on it: 999 for 15 of 30 days is
    499.49999 there, so 499 cents are given back, where exact decimals would round 499.5 up.
    """
    return round_down(Decimal(plan_amount_cents / unused.period_days * unused.days), PRECISE_PLACES)


@dataclass(frozen=True, slots=True)
class PaidFee:
    """The last fee that was paid in advance, after discounts and with tax, and the invoice that it is on."""

    total_amount_cents: Decimal
    invoice: CreditedInvoice

    @property
    def paid_cents(self) -> Decimal:
        """Its share of what was paid of the invoice."""
        whole = self.invoice.sub_total_including_taxes_amount_cents
        return self.invoice.paid_amount_cents * self.total_amount_cents / whole if whole else Decimal(0)


def returned(total_amount_cents: int, fee: PaidFee, *, refunds: bool, offsets: bool) -> Split:
    """How the unused part with tax is given back (3-S11).

    Without ``refunds`` all of it is credit for later invoices. Else what was paid beyond the used part is refunded, and
    the rest is credit or, with ``offsets``, taken off what is due on the invoice as far as that goes.
    Of 9,000 that cost the fee 7,500 are paid and 3,000 unused: 7,500 − 6,000 = 1,500 refund, 1,500 credit.
    """
    if not refunds:
        return Split(credit_amount_cents=total_amount_cents)
    used = fee.total_amount_cents - total_amount_cents
    paid_unused = int(round_half_up(max(fee.paid_cents - used, Decimal(0))))
    refund = max(min(paid_unused, total_amount_cents, fee.invoice.refundable_amount_cents), 0)
    rest = total_amount_cents - refund
    offset = max(min(rest, fee.invoice.due_amount_cents), 0) if offsets else 0
    return Split(credit_amount_cents=rest - offset, refund_amount_cents=refund, offset_amount_cents=offset)
