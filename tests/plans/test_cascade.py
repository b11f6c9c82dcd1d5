"""What changes on a plan changes on its overrides where they still have the old value."""

from typing import Any

import pytest

from customers.models import Organization
from plans.models import Charge, MinimumCommitment, Plan
from plans.queries import charges_of, fixed_charges_of
from plans.services.cascade_preview import overrides_following, places_of
from plans.services.charge import (
    create_charge,
    create_charge_filter,
    delete_charge,
    delete_charge_filter,
    update_charge,
    update_charge_filter,
)
from plans.services.plan import update_plan
from tests.support.builders import a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.models import BillableMetric

pytestmark = pytest.mark.django_db

AT = instant("2024-01-06")
EU = {"values": {"region": ["eu"]}, "properties": {"amount": "3"}}
US = {"values": {"region": ["us"]}, "properties": {"amount": "4"}}


@pytest.fixture
def organization() -> Organization:
    return an_organization()


@pytest.fixture
def metric(organization: Organization) -> BillableMetric:
    return a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])


@pytest.fixture
def plan(organization: Organization, metric: BillableMetric) -> Plan:
    return a_plan(organization, "basic", charges=[a_charge(metric, "2", filters=[EU])])


@pytest.fixture
def same(organization: Organization, plan: Plan) -> Plan:
    """An override that leaves the prices as they are."""
    return a_subscription(organization, plan, plan_overrides={"name": "Same"}).plan


@pytest.fixture
def other(organization: Organization, plan: Plan) -> Plan:
    overrides = {
        "amount_cents": 1,
        "charges": [{"id": str(plan.charges.get().pk), "properties": {"amount": "9"}, "filters": [US]}],
    }
    return a_subscription(organization, plan, plan_overrides=overrides).plan


def charge(plan: Plan) -> Charge:
    return charges_of(plan).get()


def prices(plan: Plan) -> list[Any]:
    return [
        (each.properties["amount"], [(f.values["region"][0], f.properties["amount"]) for f in each.filters.all()])
        for each in charges_of(plan)
    ]


def test_the_amount_follows_where_it_was_the_same(plan: Plan, same: Plan, other: Plan) -> None:
    update_plan(plan=plan, at=AT, amount_cents=5000, cascade_updates=True)
    for each in (same, other):
        each.refresh_from_db()
    assert (same.amount_cents, other.amount_cents) == (5000, 1)


def test_without_cascading_nothing_follows(plan: Plan, same: Plan) -> None:
    wanted = {"id": str(charge(plan).pk), "properties": {"amount": "5"}}
    update_plan(plan=plan, at=AT, amount_cents=5000, charges=[wanted])
    same.refresh_from_db()
    assert same.amount_cents == 3000
    assert prices(same) == [("2", [("eu", "3")])]


def test_prices_follow_where_they_were_the_same(plan: Plan, same: Plan, other: Plan) -> None:
    wanted = {"id": str(charge(plan).pk), "properties": {"amount": "5"}, "filters": [US]}
    update_plan(plan=plan, at=AT, charges=[wanted], cascade_updates=True)
    assert prices(same) == prices(plan) == [("5", [("us", "4")])]
    assert prices(other) == [("9", [("us", "4")])]


def test_charges_are_added_and_removed(plan: Plan, same: Plan, metric: BillableMetric) -> None:
    added = create_charge(plan=plan, at=AT, cascade_updates=True, **a_charge(metric, "7", code="more", filters=[US]))
    assert prices(same) == prices(plan) == [("2", [("eu", "3")]), ("7", [("us", "4")])]
    assert charges_of(same).get(code="more").parent == added
    delete_charge(charge=added, at=AT, cascade_updates=True)
    assert prices(same) == prices(plan) == [("2", [("eu", "3")])]


def test_single_charges_and_filters_cascade(plan: Plan, same: Plan) -> None:
    update_charge(charge=charge(plan), at=AT, properties={"amount": "6"}, cascade_updates=True)
    filtered = create_charge_filter(charge=charge(plan), at=AT, cascade_updates=True, **US)
    update_charge_filter(charge_filter=filtered, at=AT, properties={"amount": "8"}, cascade_updates=True)
    assert prices(same) == prices(plan) == [("6", [("eu", "3"), ("us", "8")])]
    delete_charge_filter(charge_filter=filtered, at=AT, cascade_updates=True)
    assert prices(same) == prices(plan) == [("6", [("eu", "3")])]


def test_names_taxes_and_the_commitment_follow_where_they_were_the_same(
    organization: Organization, plan: Plan, same: Plan
) -> None:
    a_tax(organization)
    own = a_subscription(
        organization, plan, plan_overrides={"tax_codes": ["vat"], "minimum_commitment": {"amount_cents": 900}}
    ).plan
    update_plan(
        plan=plan,
        at=AT,
        invoice_display_name="Basics",
        tax_codes=["vat"],
        minimum_commitment={"amount_cents": 500, "tax_codes": ["vat"]},
        charges=[{"id": str(charge(plan).pk), "invoice_display_name": "Tokens", "tax_codes": ["vat"]}],
        cascade_updates=True,
    )
    for each in (same, own):
        each.refresh_from_db()
        assert each.invoice_display_name == "Basics"
        assert codes(each) == codes(charge(each)) == ["vat"]
        assert charge(each).invoice_display_name == "Tokens"
    assert (same.minimum_commitment.amount_cents, codes(same.minimum_commitment)) == (500, ["vat"])
    assert own.minimum_commitment.amount_cents == 900
    update_plan(plan=plan, at=AT, minimum_commitment=None, tax_codes=[], cascade_updates=True)
    # Both have the plan's taxes by now; only one has its commitment.
    assert [codes(each) for each in (same, own)] == [[], []]
    assert list(MinimumCommitment.objects.all()) == [own.minimum_commitment]


def test_names_and_taxes_of_fixed_charges_follow(organization: Organization) -> None:
    a_tax(organization)
    plan = a_plan(organization, fixed_charges=[a_fixed_charge(an_add_on(organization))])
    own = a_subscription(organization, plan, plan_overrides={"name": "Own"}).plan
    changed = {"id": str(fixed_charges_of(plan).get().pk), "invoice_display_name": "Seats", "tax_codes": ["vat"]}
    update_plan(plan=plan, at=AT, fixed_charges=[changed], cascade_updates=True)
    followed = fixed_charges_of(own).get()
    assert (followed.invoice_display_name, codes(followed)) == ("Seats", ["vat"])


def test_the_overrides_that_will_follow_are_known_before(plan: Plan, same: Plan, other: Plan) -> None:
    stored = places_of([plan])[plan.pk]
    price = ("charge", charge(plan).pk, "price")
    asked = {**stored, price: "another one"}
    assert overrides_following(plan, stored) == []
    assert overrides_following(plan, asked) == [same.pk]
    assert overrides_following(plan, {**stored, ("plan", "amount_cents"): 1}) == [same.pk]
    # What is new, or goes, is so for all.
    without = {place: value for place, value in stored.items() if place != price}
    for everyone in (without, {**stored, ("charge", "new", "price"): "any"}):
        assert set(overrides_following(plan, everyone)) == {same.pk, other.pk}


def codes(taxed: Any) -> list[str]:
    return [tax.code for tax in taxed.taxes.all()]
