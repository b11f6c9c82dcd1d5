"""Coupons, what is applied and what it took off, field by field."""

import pytest
from lago_python_client.models.applied_coupon import AppliedCouponResponse
from lago_python_client.models.coupon import CouponResponse

from invoices.queries import applied_coupons_of
from invoices.wire.applied_coupon import applied_coupon_wire
from plans.queries import reloaded_coupon
from plans.wire.coupon import coupon_wire
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.golden import assert_golden
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization()


def test_a_limited_coupon(organization):
    a_plan(organization, "basic")
    coupon = a_coupon(
        organization,
        "welcome",
        description="For newcomers",
        percentage_rate=10,
        frequency="recurring",
        frequency_duration=3,
        expiration="time_limit",
        expiration_at=instant("2024-06-01"),
        applies_to={"plan_codes": ["basic"]},
    )
    shown = coupon_wire(reloaded_coupon(coupon))
    assert_golden("coupon", shown)
    CouponResponse.parse_obj(shown)


def test_an_applied_coupon_that_was_used(organization):
    acme = a_customer(organization, "acme", currency="EUR")
    a_subscription(organization, a_plan(organization, "basic"), "sub", external_customer_id="acme")
    an_applied_coupon(acme, a_coupon(organization, "five", amount_cents=5000, frequency="once"))
    bill(organization, at=instant("2024-02-01"))
    shown = applied_coupon_wire(applied_coupons_of(organization).get())
    assert_golden("applied_coupon", shown)
    AppliedCouponResponse.parse_obj(shown)
