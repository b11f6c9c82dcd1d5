"""Coupons, through the product's own commands."""

from itertools import count
from typing import Any

from customers.models import Customer, Organization
from plans.models import AppliedCoupon, Coupon
from plans.services.applied_coupon import apply_coupon
from plans.services.coupon import create_coupon

_numbers = count(1)


def a_coupon(organization: Organization, code: str | None = None, **fields: Any) -> Coupon:
    """5.00 EUR off every invoice, without an end; with ``percentage_rate`` that instead of an amount."""
    code = code or f"coupon-{next(_numbers)}"
    value = {"coupon_type": "fixed_amount", "amount_cents": 500, "amount_currency": "EUR"}
    if "percentage_rate" in fields:
        value = {"coupon_type": "percentage"}
    return create_coupon(
        organization=organization,
        at=fields.pop("at", organization.now()),
        **{"name": code, "code": code, "frequency": "forever", "expiration": "no_expiration", **value, **fields},
    )


def an_applied_coupon(customer: Customer, coupon: Coupon | None = None, **terms: Any) -> AppliedCoupon:
    """``terms`` are of the coupon, unless that is given: then they are what differs from it."""
    made = coupon or a_coupon(customer.organization, **terms)
    return apply_coupon(
        organization=customer.organization,
        external_customer_id=customer.external_id,
        coupon_code=made.code,
        at=customer.organization.now(),
        **(terms if coupon else {}),
    )
