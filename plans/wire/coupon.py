"""A coupon on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from plans.models import Coupon


class CouponWire(TypedDict):
    lago_id: str
    name: str
    code: str
    description: str | None
    coupon_type: str
    amount_cents: int | None
    amount_currency: str | None
    percentage_rate: str | None
    frequency: str
    frequency_duration: int | None
    reusable: bool
    limited_plans: bool
    plan_codes: list[str]
    limited_billable_metrics: bool
    billable_metric_codes: list[str]
    created_at: str | None
    expiration: str
    expiration_at: str | None
    terminated_at: str | None


def coupon_wire(coupon: Coupon) -> CouponWire:
    """Wants ``queries.coupons_for_wire``."""
    return {
        "lago_id": str(coupon.id),
        "name": coupon.name,
        "code": coupon.code,
        "description": text(coupon.description),
        "coupon_type": coupon.coupon_type,
        "amount_cents": coupon.amount_cents,
        "amount_currency": text(coupon.amount_currency),
        "percentage_rate": decimal_string(coupon.percentage_rate),
        "frequency": coupon.frequency,
        "frequency_duration": coupon.frequency_duration,
        "reusable": coupon.reusable,
        "limited_plans": coupon.limited_plans,
        "plan_codes": [plan.code for plan in coupon.plans.all()],
        "limited_billable_metrics": coupon.limited_billable_metrics,
        "billable_metric_codes": [metric.code for metric in coupon.billable_metrics.all()],
        "created_at": instant(coupon.created_at),
        "expiration": coupon.expiration,
        "expiration_at": instant(coupon.expiration_at),
        "terminated_at": instant(coupon.terminated_at),
    }


def coupons_wire(coupons: Iterable[Coupon]) -> list[CouponWire]:
    return [coupon_wire(coupon) for coupon in coupons]
