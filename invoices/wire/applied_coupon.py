"""An applied coupon on the wire, with what invoices took of it."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from invoices.models import GIVEN_BACK
from invoices.wire.credit import CreditWire, credits_wire
from plans.models import AppliedCoupon


class AppliedCouponWire(TypedDict):
    lago_id: str
    lago_coupon_id: str
    coupon_code: str
    coupon_name: str
    lago_customer_id: str
    external_customer_id: str
    status: str
    amount_cents: int | None
    amount_cents_remaining: int | None
    amount_currency: str | None
    percentage_rate: str | None
    frequency: str
    frequency_duration: int | None
    frequency_duration_remaining: int | None
    expiration_at: str | None
    created_at: str | None
    terminated_at: str | None
    credits: list[CreditWire]


def applied_coupon_wire(applied: AppliedCoupon) -> AppliedCouponWire:
    """Wants ``queries.applied_coupons_of``."""
    return {
        "lago_id": str(applied.id),
        "lago_coupon_id": str(applied.coupon_id),
        "coupon_code": applied.coupon.code,
        "coupon_name": applied.coupon.name,
        "lago_customer_id": str(applied.customer_id),
        "external_customer_id": applied.customer.external_id,
        "status": applied.status,
        "amount_cents": applied.amount_cents,
        "amount_cents_remaining": remaining_cents(applied),
        "amount_currency": text(applied.amount_currency),
        "percentage_rate": decimal_string(applied.percentage_rate),
        "frequency": applied.frequency,
        "frequency_duration": applied.frequency_duration,
        "frequency_duration_remaining": applied.frequency_duration_remaining,
        "expiration_at": instant(applied.coupon.expiration_at),
        "created_at": instant(applied.created_at),
        "terminated_at": instant(applied.terminated_at),
        "credits": credits_wire(applied.credits.all()),
    }


def applied_coupons_wire(applied: Iterable[AppliedCoupon]) -> list[AppliedCouponWire]:
    return [applied_coupon_wire(each) for each in applied]


def remaining_cents(applied: AppliedCoupon) -> int | None:
    """What is left of a one-time amount; None where the next invoice gets the same as the last one."""
    if not applied.is_one_time_amount:
        return None
    kept = (credit for credit in applied.credits.all() if credit.invoice.status not in GIVEN_BACK)
    return (applied.amount_cents or 0) - sum(credit.amount_cents for credit in kept)
