"""Coupons and what of them was applied."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from customers.models import Organization
from plans.models import AppliedCoupon, AppliedCouponStatus, Coupon, CouponStatus


def live_coupons(organization: Organization) -> QuerySet[Coupon]:
    """Without deleted ones; also those that are terminated."""
    return Coupon.objects.filter(organization=organization, deleted_at__isnull=True)


def coupons_for_wire(coupons: QuerySet[Coupon]) -> QuerySet[Coupon]:
    return coupons.prefetch_related("plans", "billable_metrics")


def reloaded_coupon(coupon: Coupon) -> Coupon:
    """As the wire shows it, also when it has just been deleted."""
    return coupons_for_wire(Coupon.objects.all()).get(pk=coupon.pk)


def coupons_to_expire(organization: Organization) -> QuerySet[Coupon]:
    """Active ones with a time limit."""
    return live_coupons(organization).filter(status=CouponStatus.ACTIVE, expiration_at__isnull=False)


def usable_coupons(customer_ids: Collection[UUID]) -> QuerySet[AppliedCoupon]:
    """What the customers' next invoices may use, the oldest application first (3-K1), with what limits it."""
    active = AppliedCoupon.objects.filter(customer_id__in=list(customer_ids), status=AppliedCouponStatus.ACTIVE)
    with_limits = Coupon.objects.prefetch_related("plans", "billable_metrics")
    return active.prefetch_related(Prefetch("coupon", with_limits)).order_by("created_at", "id")
