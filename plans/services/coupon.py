"""Commands on coupons."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Organization
from plans.models import AppliedCoupon, Coupon, CouponExpiration, CouponFrequency, CouponStatus, CouponType
from plans.queries import coupons_to_expire, live_plans
from plans.services.applied_coupon import terminate_applied_coupons
from usage.models import BillableMetric

MANDATORY = "value_is_mandatory"
# What may change once the coupon was applied; the rest is ignored then.
EDITABLE_WHEN_APPLIED = frozenset({"name", "description", "expiration", "expiration_at"})


class Limits(TypedDict, total=False):
    """The codes of plans or of metrics that a coupon is for; at most one of both (K6)."""

    plan_codes: Sequence[str]
    billable_metric_codes: Sequence[str]


class CouponFields(TypedDict, total=False):
    """The columns of a coupon; what an absent key leaves as it is. ``percentage_rate``: 20 means 20 %."""

    name: str
    code: str
    description: str
    coupon_type: str
    amount_cents: int | None
    amount_currency: str
    percentage_rate: Decimal | None
    frequency: str
    frequency_duration: int | None
    expiration: str
    expiration_at: datetime | None
    reusable: bool


@command
def create_coupon(
    *, organization: Organization, at: datetime, applies_to: Limits | None = None, **fields: Unpack[CouponFields]
) -> Coupon:
    """A new coupon.

    Raises ``ValidationFailed`` where a value that its type, frequency or expiration needs is missing, ``NotFound``
    (``plans``, ``billable_metrics``) and ``NotAllowed`` (``only_one_limitation_type_per_coupon_allowed``) for its
    limits; a code already in use breaks ``coupon_code_unique``.
    """
    coupon = Coupon(organization=organization, created_at=at)
    _write(coupon, fields, at)
    coupon.save(force_insert=True)
    if applies_to:
        _limit(coupon, applies_to)
    return coupon


@command
def update_coupon(
    *, coupon: Coupon, at: datetime, applies_to: Limits | None = None, **fields: Unpack[CouponFields]
) -> Coupon:
    """Change a coupon; ``applies_to``, when given, replaces its limits. Raises as ``create_coupon``.

    Of one that was applied only name, description and expiration change.
    """
    (coupon,) = locked(Coupon.objects.filter(pk=coupon.pk).select_related("organization"))
    is_applied = AppliedCoupon.objects.filter(coupon=coupon).exists()
    allowed = {name: value for name, value in fields.items() if not is_applied or name in EDITABLE_WHEN_APPLIED}
    _write(coupon, allowed, at)
    coupon.save()
    if applies_to is not None and not is_applied:
        _limit(coupon, applies_to)
    return coupon


@command
def terminate_coupon(*, coupon: Coupon, at: datetime) -> Coupon:
    """It cannot be applied any more; what was applied goes on (K4)."""
    (coupon,) = locked(Coupon.objects.filter(pk=coupon.pk))
    if coupon.status == CouponStatus.ACTIVE:
        coupon.change(at=at, status=CouponStatus.TERMINATED, terminated_at=at)
    return coupon


@command
def delete_coupon(*, coupon: Coupon, at: datetime) -> Coupon:
    """Its code is free again; where it was applied it ends (K4)."""
    (coupon,) = locked(Coupon.objects.filter(pk=coupon.pk))
    terminate_applied_coupons(AppliedCoupon.objects.filter(coupon=coupon), at=at)
    coupon.change(at=at, deleted_at=at)
    return coupon


@command
def expire_coupons(*, organization: Organization, at: datetime) -> int:
    """Terminate those whose time limit is over; returns how many."""
    due = coupons_to_expire(organization).filter(expiration_at__lte=at)
    return due.update(status=CouponStatus.TERMINATED, terminated_at=at, updated_at=at)


def _write(coupon: Coupon, fields: dict[str, Any] | CouponFields, at: datetime) -> None:
    for name, value in fields.items():
        setattr(coupon, name, value)
    _refuse_incomplete(coupon)
    if "expiration" in fields or "expiration_at" in fields:
        _refuse_past_expiration(coupon, at)
    coupon.updated_at = at
    _drop_what_its_kind_has_not(coupon)


def _refuse_incomplete(coupon: Coupon) -> None:
    needed: dict[str, object] = {}
    if coupon.coupon_type == CouponType.FIXED_AMOUNT:
        needed |= {"amount_cents": coupon.amount_cents, "amount_currency": coupon.amount_currency}
    if coupon.coupon_type == CouponType.PERCENTAGE:
        needed["percentage_rate"] = coupon.percentage_rate
    if coupon.frequency == CouponFrequency.RECURRING:
        needed["frequency_duration"] = coupon.frequency_duration
    missing = {name: [MANDATORY] for name, value in needed.items() if not value}
    if missing:
        raise ValidationFailed(missing)


def _refuse_past_expiration(coupon: Coupon, at: datetime) -> None:
    expires = coupon.expiration == CouponExpiration.TIME_LIMIT
    if expires and (coupon.expiration_at is None or coupon.expiration_at <= at):
        raise ValidationFailed(expiration_at=["invalid_date"])


def _drop_what_its_kind_has_not(coupon: Coupon) -> None:
    if coupon.coupon_type == CouponType.PERCENTAGE:
        coupon.amount_cents, coupon.amount_currency = None, ""
    else:
        coupon.percentage_rate = None
    if coupon.frequency != CouponFrequency.RECURRING:
        coupon.frequency_duration = None
    if coupon.expiration != CouponExpiration.TIME_LIMIT:
        coupon.expiration_at = None


def _limit(coupon: Coupon, limits: Limits) -> None:
    plan_codes, metric_codes = set(limits.get("plan_codes") or ()), set(limits.get("billable_metric_codes") or ())
    if plan_codes and metric_codes:
        raise NotAllowed("only_one_limitation_type_per_coupon_allowed")
    plans = list(live_plans(coupon.organization).filter(code__in=plan_codes))
    living = BillableMetric.objects.filter(organization=coupon.organization, deleted_at__isnull=True)
    metrics = list(living.filter(code__in=metric_codes))
    if len(plans) < len(plan_codes):
        raise NotFound("plans")
    if len(metrics) < len(metric_codes):
        raise NotFound("billable_metrics")
    coupon.change(at=coupon.updated_at, limited_plans=bool(plans), limited_billable_metrics=bool(metrics))
    coupon.plans.set(plans)
    coupon.billable_metrics.set(metrics)
