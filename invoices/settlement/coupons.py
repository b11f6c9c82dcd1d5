"""Coupons on one invoice: which fees each is for, what it takes off, and what is left of it (3.12). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.money import round_half_up
from invoices.settlement.payable import Payable
from invoices.settlement.shares import spread, whole_cents


@dataclass(frozen=True, slots=True)
class CouponBalance:
    """A coupon applied to a customer, and what it is still good for.

    Either ``rate_percent``, or ``amount_cents`` of ``currency`` off each invoice. Of a one-time amount that is what
    remains of it (``is_consumed``); ``invoices_left`` counts down what is good for some invoices only. Empty
    ``plan_ids`` and ``metric_ids`` limit nothing.
    """

    id: UUID
    amount_cents: int = 0
    currency: str = ""
    rate_percent: Decimal | None = None
    is_consumed: bool = False
    invoices_left: int | None = None
    plan_ids: frozenset[UUID] = frozenset()
    metric_ids: frozenset[UUID] = frozenset()

    @property
    def rank(self) -> int:
        """Limited to metrics, to plans, to nothing: used in this order, the oldest first within each (3-K1)."""
        if self.metric_ids:
            return 0
        return 1 if self.plan_ids else 2

    def is_for(self, fee: Payable) -> bool:
        if self.metric_ids:
            return fee.metric_id in self.metric_ids
        return not self.plan_ids or bool(self.plan_ids & fee.plan_ids)

    @property
    def is_limited(self) -> bool:
        return bool(self.metric_ids or self.plan_ids)

    def is_worth(self, base_cents: int, currency: str) -> int:
        """What it takes off ``base_cents`` of an invoice in ``currency``, never more than that (3-K3)."""
        if self.rate_percent is not None:
            return min(int(round_half_up(base_cents * self.rate_percent / 100)), base_cents)
        return min(self.amount_cents, base_cents) if self.currency == currency else 0

    def after(self, amount_cents: int) -> "CouponBalance | None":
        """What is left of it once an invoice took ``amount_cents``; None when it is used up (3-K5)."""
        remaining = self.amount_cents - amount_cents if self.is_consumed else self.amount_cents
        invoices = None if self.invoices_left is None else self.invoices_left - 1
        if invoices == 0 or (self.is_consumed and remaining == 0):
            return None
        return replace(self, amount_cents=remaining, invoices_left=invoices)


class CouponDraw(NamedTuple):
    """What one coupon took off an invoice; ``left`` is None when it is used up by that."""

    coupon: CouponBalance
    amount_cents: int
    left: CouponBalance | None


class Discounted(NamedTuple):
    """The draws, what is left of the fees one by one, and the coupons for the customer's next invoice."""

    draws: tuple[CouponDraw, ...]
    nets: tuple[Decimal, ...]
    left: tuple[CouponBalance, ...]


def apply_coupons(
    coupons: Sequence[CouponBalance], fees: Sequence[Payable], nets: Sequence[Decimal], currency: str
) -> Discounted:
    """Take ``coupons`` (the oldest first) off ``fees``, of which ``nets`` cents are left, until nothing is.

    A coupon of an amount needs the invoice's currency, a percentage none (3-K6). What is left of all fees together
    is whole cents, of those that a limited coupon is for it need not be.
    """
    if not coupons:
        return Discounted((), tuple(nets), ())
    remaining, sub_total = list(nets), whole_cents(sum(nets, Decimal(0)))
    draws: dict[UUID, CouponDraw] = {}
    for coupon in sorted(coupons, key=lambda coupon: coupon.rank):
        own = [index for index, fee in enumerate(fees) if coupon.is_for(fee)]
        base = min(whole_cents(sum((remaining[index] for index in own), Decimal(0))), sub_total)
        amount = coupon.is_worth(base if coupon.is_limited else sub_total, currency)
        if amount:
            for index, share in zip(own, spread(amount, [remaining[index] for index in own]), strict=True):
                remaining[index] -= share
            sub_total -= amount
            draws[coupon.id] = CouponDraw(coupon, amount, coupon.after(amount))
    left = (draws[coupon.id].left if coupon.id in draws else coupon for coupon in coupons)
    return Discounted(tuple(draws.values()), tuple(remaining), tuple(coupon for coupon in left if coupon))
