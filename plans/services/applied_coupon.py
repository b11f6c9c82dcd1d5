"""Commands on coupons applied to customers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db.models import F, Q, QuerySet

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from customers.models import Customer, Organization
from plans.models import AppliedCoupon, AppliedCouponStatus, Coupon, CouponFrequency, CouponStatus
from plans.queries import live_coupons


class CouponOverrides(TypedDict, total=False):
    """What differs from the coupon for this customer (K8)."""

    amount_cents: int
    amount_currency: str
    percentage_rate: Decimal
    frequency: str
    frequency_duration: int


@command
def apply_coupon(
    *,
    organization: Organization,
    external_customer_id: str,
    coupon_code: str,
    at: datetime,
    **overrides: Unpack[CouponOverrides],
) -> AppliedCoupon:
    """Have the customer's next invoices use the coupon.

    Raises ``NotFound`` (``customer``; ``coupon``, also for one that is terminated), ``ValidationFailed`` for one that
    is not reusable and was applied before, or for a recurring one without duration, and ``NotAllowed``
    (``plan_overlapping``) where a limited one meets another for the same plan or metric.
    """
    # The coupon before the customers: deleting it ends all applications, also one that is just being made.
    coupon = _locked_coupon(organization, coupon_code, at)
    customer = _locked_customer(organization, external_customer_id)
    if coupon is None:
        raise NotFound("coupon")
    _refuse_again(customer, coupon)
    applied = AppliedCoupon(organization=organization, customer=customer, coupon=coupon, created_at=at)
    _set_terms(applied, coupon, overrides)
    if not customer.currency and applied.amount_currency:
        customer.change(at=at, currency=applied.amount_currency)
    applied.save(force_insert=True)
    return applied


@command
def terminate_applied_coupon(*, applied_coupon: AppliedCoupon, at: datetime) -> AppliedCoupon:
    """The customer's next invoices use it no more (K9); one that has ended stays as it is."""
    terminate_applied_coupons(AppliedCoupon.objects.filter(pk=applied_coupon.pk), at=at)
    return applied_coupon


@command
def terminate_coupons_of_customer(*, customer: Customer, at: datetime) -> None:
    """Of a customer who is deleted (U26)."""
    terminate_applied_coupons(AppliedCoupon.objects.filter(customer=customer), at=at)


def terminate_applied_coupons(applied: QuerySet[AppliedCoupon], *, at: datetime) -> None:
    """Those that are active; their customers are locked first, as billing does. Within the caller's transaction."""
    active = applied.filter(status=AppliedCouponStatus.ACTIVE)
    customers = Customer.objects.filter(id__in=active.values("customer_id")).order_by("id")
    list(customers.select_for_update(of=("self",), no_key=True).values_list("id"))
    active.update(status=AppliedCouponStatus.TERMINATED, terminated_at=at, updated_at=at)


def give_back_uses(applied: QuerySet[AppliedCoupon], *, uses: int, at: datetime) -> None:
    """A recurring coupon is good for ``uses`` more invoices, and what had ended goes on (3-K8).

    Not where the coupon itself was terminated or deleted. The caller holds the customers.
    """
    recurring = applied.filter(frequency=CouponFrequency.RECURRING)
    recurring.update(frequency_duration_remaining=F("frequency_duration_remaining") + uses, updated_at=at)
    living = Q(coupon__status=CouponStatus.ACTIVE, coupon__deleted_at__isnull=True)
    ended = applied.filter(living, status=AppliedCouponStatus.TERMINATED)
    ended.update(status=AppliedCouponStatus.ACTIVE, terminated_at=None, updated_at=at)


def _locked_customer(organization: Organization, external_id: str) -> Customer:
    found = organization.customers.filter(external_id=external_id, deleted_at__isnull=True)
    customer = found.select_for_update(of=("self",), no_key=True).first()
    if customer is None:
        raise NotFound("customer")
    return customer


def _locked_coupon(organization: Organization, code: str, at: datetime) -> Coupon | None:
    in_time = Q(expiration_at__isnull=True) | Q(expiration_at__gt=at)
    usable = live_coupons(organization).filter(in_time, code=code, status=CouponStatus.ACTIVE)
    return usable.select_for_update(of=("self",), no_key=True).first()


def _refuse_again(customer: Customer, coupon: Coupon) -> None:
    applied = AppliedCoupon.objects.filter(customer=customer)
    if not coupon.reusable and applied.filter(coupon=coupon).exists():
        raise ValidationFailed(coupon=["coupon_is_not_reusable"])
    same = Q(coupon__plans__in=coupon.plans.all()) | Q(coupon__billable_metrics__in=coupon.billable_metrics.all())
    if applied.filter(same, status=AppliedCouponStatus.ACTIVE).exists():
        raise NotAllowed("plan_overlapping")


def _set_terms(applied: AppliedCoupon, coupon: Coupon, overrides: Mapping[str, Any]) -> None:
    given = {name: value for name, value in overrides.items() if value not in (None, "")}
    names = ("percentage_rate",) if coupon.is_percentage else ("amount_cents", "amount_currency")
    for name in (*names, "frequency"):
        setattr(applied, name, given.get(name, getattr(coupon, name)))
    if applied.frequency == CouponFrequency.RECURRING:
        applied.frequency_duration = given.get("frequency_duration", coupon.frequency_duration)
        if not applied.frequency_duration:
            raise ValidationFailed(frequency_duration=["value_is_mandatory"])
        applied.frequency_duration_remaining = applied.frequency_duration
