"""Coupons in the console: the catalogue, and what is applied to a customer."""

from typing import Any

import pytest

from customers.models import Customer, Organization
from plans.models import AppliedCoupon, Coupon
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, errors_in, words
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.plans import a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db
COUPON = {"name": "Welcome", "code": "welcome", "coupon_type": "fixed_amount", "amount": "12.50", "frequency": "once"}


@pytest.fixture
def organization() -> Organization:
    return an_organization()


@pytest.fixture
def console(organization: Organization) -> Console:
    return Console(organization)


@pytest.fixture
def acme(organization: Organization) -> Customer:
    return a_customer(organization, "acme", currency="EUR")


def add(console: Console, expect: int = 302, **values: Any) -> Any:
    return console.submit("plans_coupon_add", expect=expect, amount_currency="EUR", **{**COUPON, **values})


def test_a_coupon_with_limits_is_made(organization: Organization, console: Console) -> None:
    plan = a_plan(organization, "basic")
    add(console, plans=[plan.pk], expiration_at="2024-02-01T00:00")
    coupon = Coupon.objects.get()
    assert (coupon.amount_cents, coupon.amount_currency, coupon.reusable) == (1250, "EUR", False)
    assert (coupon.expiration, coupon.expiration_at) == ("time_limit", instant("2024-02-01"))
    assert list(coupon.plans.all()) == [plan]
    assert "basic" in words(console.open("plans_coupon_changelist"))


def test_a_percentage_is_made(console: Console) -> None:
    add(console, coupon_type="percentage", percentage_rate="10", frequency="recurring", frequency_duration="3")
    coupon = Coupon.objects.get()
    assert (coupon.percentage_rate, coupon.amount_cents, coupon.frequency_duration) == (10, None, 3)
    assert "10% 3 invoices" in words(console.open("plans_coupon_changelist"))


def test_what_is_missing_is_said_at_its_field(organization: Organization, console: Console) -> None:
    page = add(console, expect=200, amount="0", frequency="recurring").content.decode()
    assert errors_in(page)[:2] == ["This is needed.", "This is needed."]
    both = {"plans": [a_plan(organization).pk], "billable_metrics": [a_metric(organization).pk]}
    assert "not to both" in errors_in(add(console, expect=200, **both).content.decode())[0]


def test_an_applied_coupon_keeps_its_discount(organization: Organization, console: Console, acme: Customer) -> None:
    coupon = a_coupon(organization, "five")
    an_applied_coupon(acme, coupon)
    console.submit("plans_coupon_change", coupon.pk, amount_currency="EUR", **{**COUPON, "name": "Renamed"})
    coupon.refresh_from_db()
    assert (coupon.name, coupon.amount_cents, coupon.frequency) == ("Renamed", 500, "forever")


def test_a_coupon_is_terminated_and_deleted(organization: Organization, console: Console, acme: Customer) -> None:
    coupon = a_coupon(organization)
    applied = an_applied_coupon(acme, coupon)
    console.press(coupon, "terminate")
    applied.refresh_from_db()
    assert applied.status == "active"
    console.press(coupon, "delete")
    applied.refresh_from_db()
    assert applied.status == "terminated"


def test_a_coupon_is_applied_on_the_customers_page(
    organization: Organization, console: Console, acme: Customer
) -> None:
    coupon = a_coupon(organization, "five", name="Five off", reusable=False)
    console.press(acme, "apply_coupon", coupon=coupon.pk, amount="7", frequency="once")
    assert AppliedCoupon.objects.get().amount_cents == 700
    assert "Five off €7.00 once €7.00" in words(console.show(acme, tab="coupons"))
    refused = console.press(acme, "apply_coupon", expect=200, coupon=coupon.pk)
    assert "cannot be applied again" in words(refused.content.decode())


def test_an_applied_coupon_shows_where_it_was_used(
    organization: Organization, console: Console, acme: Customer
) -> None:
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    applied = an_applied_coupon(acme, name="Five off", amount_cents=5000, frequency="once")
    (invoice,) = bill(organization, at=instant("2024-02-01"))
    page = words(console.show(applied))
    assert "€20.00" in page  # 50.00 less 30.00
    assert invoice.number in page
    assert "Coupon Five off -€30.00" in words(console.show(invoice))
    console.press(applied, "remove")
    applied.refresh_from_db()
    assert applied.status == "terminated"


def test_coupons_of_others_are_not_there(organization: Organization, console: Console) -> None:
    other = an_organization("Other")
    applied = an_applied_coupon(a_customer(other, "theirs"))
    console.show(applied, expect=404)
    console.show(applied.coupon, expect=404)
    assert applied.coupon.name not in console.open("plans_coupon_changelist")
    assert "theirs" not in console.open("plans_appliedcoupon_changelist")
