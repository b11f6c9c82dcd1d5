"""From fees to the total of an invoice, in the reference system's order (3-O1). Pure.

fees − progressive billing credit − coupons = sub-total excluding taxes; + taxes = sub-total including
taxes; − credit notes − prepaid credits = total.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from msgspec import Struct

from invoices.settlement.coupons import CouponDraw, apply_coupons
from invoices.settlement.credit_notes import CreditNoteDraw, apply_credit_notes
from invoices.settlement.credits import NO_CREDITS, CustomerCredits
from invoices.settlement.payable import Payable
from invoices.settlement.progressive import ProgressiveDraw, apply_progressive
from invoices.settlement.taxes import Taxable, Taxes, tax_fee, tax_invoice
from invoices.settlement.wallets import Bucket, Owed, WalletDraw, apply_wallets, owed_by_bucket


class SettledFee(NamedTuple):
    """One fee's taxes, and its unrounded part of progressive credit and coupons in cents."""

    taxes: Taxes
    discount_cents: Decimal


class Settlement(Struct, frozen=True):
    """The columns of an invoice, in cents, and what settled it.

    ``fees`` are in the order given; ``credits_left`` is for the customer's next invoice.
    """

    fees_amount_cents: int
    progressive_billing_credit_amount_cents: int
    coupons_amount_cents: int
    sub_total_excluding_taxes_amount_cents: int
    taxes: Taxes
    sub_total_including_taxes_amount_cents: int
    credit_notes_amount_cents: int
    prepaid_credit_amount_cents: int
    total_amount_cents: int
    fees: tuple[SettledFee, ...]
    progressive_draws: tuple[ProgressiveDraw, ...] = ()
    coupon_draws: tuple[CouponDraw, ...] = ()
    credit_note_draws: tuple[CreditNoteDraw, ...] = ()
    wallet_draws: tuple[WalletDraw, ...] = ()
    credits_left: CustomerCredits = NO_CREDITS

    @property
    def prepaid_granted_credit_amount_cents(self) -> int | None:
        """Of what is prepaid the part that was granted; None when nothing is prepaid."""
        return sum(draw.granted_cents for draw in self.wallet_draws) if self.wallet_draws else None

    @property
    def prepaid_purchased_credit_amount_cents(self) -> int | None:
        granted = self.prepaid_granted_credit_amount_cents
        return None if granted is None else self.prepaid_credit_amount_cents - granted


def settle(fees: Sequence[Payable], credits: CustomerCredits = NO_CREDITS, currency: str = "") -> Settlement:
    """Settle one invoice. Fees of 2,000 cents with 500 of coupons, 20 % tax and 100 prepaid: 1,500 + 300 − 100 = 1,700.

    ``currency`` is the invoice's; only credits in it (and coupons of a percentage) are used.
    """
    progressive = apply_progressive(credits.progressive, fees)
    discounted = apply_coupons(credits.coupons, fees, progressive.nets, currency)
    before_taxes = _BeforeTaxes(
        sum([fee.amount_cents for fee in fees]), _sum(progressive.draws), _sum(discounted.draws)
    )
    taxables = [Taxable(net, fee.taxes) for fee, net in zip(fees, discounted.nets, strict=True)]
    taxes = tax_invoice(taxables, before_taxes.total)
    including_taxes = before_taxes.total + taxes.amount_cents
    noted = apply_credit_notes(including_taxes, credits.credit_notes, currency)
    due = including_taxes - _sum(noted.draws)
    settled = [
        SettledFee(tax_fee(each), fee.amount_cents - each.base_cents) for fee, each in zip(fees, taxables, strict=True)
    ]
    owed = _owed(fees, settled, including_taxes, _sum(noted.draws)) if credits.wallets else {}
    prepaid = apply_wallets(credits.wallets, owed, currency)
    return Settlement(
        fees_amount_cents=before_taxes.fees,
        progressive_billing_credit_amount_cents=before_taxes.progressive,
        coupons_amount_cents=before_taxes.coupons,
        sub_total_excluding_taxes_amount_cents=before_taxes.total,
        taxes=taxes,
        sub_total_including_taxes_amount_cents=including_taxes,
        credit_notes_amount_cents=_sum(noted.draws),
        prepaid_credit_amount_cents=_sum(prepaid.draws),
        total_amount_cents=due - _sum(prepaid.draws),
        fees=tuple(settled),
        progressive_draws=progressive.draws,
        coupon_draws=discounted.draws,
        credit_note_draws=noted.draws,
        wallet_draws=prepaid.draws,
        credits_left=CustomerCredits((), discounted.left, noted.left, prepaid.wallets_left),
    )


def _owed(fees: Sequence[Payable], settled: Sequence[SettledFee], total_cents: int, noted_cents: int) -> Owed:
    values = [
        (Bucket(fee.fee_type, fee.metric_id), fee.amount_cents - each.discount_cents + each.taxes.precise_amount_cents)
        for fee, each in zip(fees, settled, strict=True)
    ]
    return owed_by_bucket(values, total_cents, noted_cents)


class _BeforeTaxes(NamedTuple):
    fees: int
    progressive: int
    coupons: int

    @property
    def total(self) -> int:
        return self.fees - self.progressive - self.coupons


class _Draw(Protocol):
    @property
    def amount_cents(self) -> int: ...


def _sum(draws: Iterable[_Draw]) -> int:
    return sum([draw.amount_cents for draw in draws])
