"""Plans of single subscriptions: copies with some of it changed."""

from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from plans.models import ChargeFilter, FixedChargeUnits, Plan
from plans.queries import fixed_charges_of, live_charges, live_plans, reloaded_plan
from plans.services.plan import update_plan
from plans.services.subscription import (
    change_subscription_charge,
    change_subscription_fixed_charge,
    create_subscription,
    update_subscription,
)
from plans.wire.plan import plan_wire
from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

START = instant("2024-03-01")
SIXTH = instant("2024-03-06")


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=START)


@pytest.fixture
def plan(organization: Organization) -> Plan:
    a_tax(organization, "vat")
    a_tax(organization, "city")
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    filters = [{"values": {"region": ["eu"]}, "properties": {"amount": "3"}}]
    return a_plan(
        organization,
        "basic",
        tax_codes=["vat"],
        charges=[a_charge(metric, "2", filters=filters, tax_codes=["city"])],
        fixed_charges=[a_fixed_charge(an_add_on(organization, "seats"), tax_codes=["vat"])],
        minimum_commitment={"amount_cents": 100_00, "tax_codes": ["city"]},
    )


def anonymous(plan: Plan) -> Any:
    """What a plan says, without ids and parents."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: cleaned(inner) for key, inner in value.items() if key not in NAMES}
        return [cleaned(inner) for inner in value] if isinstance(value, list) else value

    return cleaned(plan_wire(reloaded_plan(plan)))


NAMES = {"lago_id", "lago_parent_id", "parent_id", "created_at", "updated_at"}


def subscribed(organization: Organization, plan: Plan, **overrides: Any) -> Plan:
    return a_subscription(organization, plan, plan_overrides=overrides).plan


def test_an_override_is_the_same_plan_but_for_what_it_says(organization: Organization, plan: Plan) -> None:
    own = subscribed(organization, plan, amount_cents=99, name="Special")
    assert (own.parent, own.code) == (plan, "basic")
    assert anonymous(own) == {**anonymous(plan), "amount_cents": 99, "name": "Special"}
    assert list(live_plans(organization)) == [plan]


def test_all_that_can_be_overridden(organization: Organization, plan: Plan) -> None:
    charge, seats = plan.charges.get(), plan.fixed_charges.get()
    own = subscribed(
        organization,
        plan,
        amount_currency="USD",
        description="For you",
        invoice_display_name="Yours",
        tax_codes=["city"],
        charges=[
            {
                "id": str(charge.pk),
                "properties": {"amount": "1"},
                "min_amount_cents": 500,
                "invoice_display_name": "Tokens",
                "filters": [{"values": {"region": ["us"]}, "properties": {"amount": "4"}}],
                "tax_codes": ["vat"],
            }
        ],
        fixed_charges=[{"id": str(seats.pk), "units": Decimal(3), "properties": {"amount": "7"}}],
        minimum_commitment={"amount_cents": 50},
    )
    shown = anonymous(own)
    assert (shown["amount_currency"], shown["description"], shown["invoice_display_name"]) == (
        "USD",
        "For you",
        "Yours",
    )
    assert [tax["code"] for tax in shown["taxes"]] == ["city"]
    (changed,) = shown["charges"]
    assert (changed["properties"], changed["min_amount_cents"], changed["invoice_display_name"]) == (
        {"amount": "1"},
        500,
        "Tokens",
    )
    assert [(each["values"], each["properties"]) for each in changed["filters"]] == [
        ({"region": ["us"]}, {"amount": "4"})
    ]
    assert [tax["code"] for tax in changed["taxes"]] == ["vat"]
    assert [(each["units"], each["properties"]) for each in shown["fixed_charges"]] == [("3.0", {"amount": "7"})]
    assert shown["minimum_commitment"]["amount_cents"] == 50
    assert ChargeFilter.objects.get(charge=charge).properties == {"amount": "3"}


def test_without_overrides_the_plan_is_shared(organization: Organization, plan: Plan) -> None:
    assert a_subscription(organization, plan, plan_overrides={}).plan == plan
    assert a_subscription(organization, plan, plan_overrides=None).plan == plan


def test_what_the_plan_does_not_have_is_not_found(organization: Organization, plan: Plan) -> None:
    other = a_plan(organization, fixed_charges=[a_fixed_charge(an_add_on(organization))])
    for overrides in (
        {"charges": [{"id": "x", "properties": {"amount": "1"}}]},
        {"fixed_charges": [{"id": str(other.fixed_charges.get().pk), "units": Decimal(1)}]},
        {"tax_codes": ["none"]},
    ):
        with pytest.raises(NotFound):
            subscribed(organization, plan, **overrides)
    assert Plan.objects.filter(parent__isnull=False).count() == 0


def test_a_running_subscription_gets_a_plan_of_its_own_once(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    changed = update_subscription(subscription=subscription, at=SIXTH, plan_overrides={"amount_cents": 1})
    again = update_subscription(subscription=changed, at=SIXTH, plan_overrides={"name": "Special"})
    assert changed.plan_id == again.plan_id != plan.pk
    assert (again.plan.amount_cents, again.plan.name) == (1, "Special")


def test_the_units_of_a_subscription_go_on_in_its_own_plan(organization: Organization, plan: Plan) -> None:
    subscription, seats = a_subscription(organization, plan), plan.fixed_charges.get()
    wanted = {"id": str(seats.pk), "units": Decimal(12), "apply_units_immediately": True}
    changed = update_subscription(subscription=subscription, at=SIXTH, plan_overrides={"fixed_charges": [wanted]})
    assert fixed_charges_of(changed.plan).get().units == 12
    said = FixedChargeUnits.objects.filter(subscription=subscription).values_list("fixed_charge", "units")
    assert list(said) == [(seats.pk, 10), (seats.pk, 12)]


def test_an_override_starts_with_its_own_units(organization: Organization, plan: Plan) -> None:
    seats = plan.fixed_charges.get()
    subscription = a_subscription(
        organization, plan, plan_overrides={"fixed_charges": [{"id": str(seats.pk), "units": Decimal(2)}]}
    )
    assert [each.units for each in FixedChargeUnits.objects.filter(subscription=subscription)] == [2]


def test_a_price_of_its_own_makes_the_plan_its_own(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    change_subscription_charge(
        subscription=subscription, charge=plan.charges.get(), at=SIXTH, properties={"amount": "9"}
    )
    subscription.refresh_from_db()
    assert live_charges().get(plan=subscription.plan).properties == {"amount": "9"}
    seats = fixed_charges_of(subscription.plan).get()
    changed = change_subscription_fixed_charge(
        subscription=subscription, fixed_charge=seats, at=SIXTH, properties={"amount": "8"}, units=Decimal(4)
    )
    assert changed.plan_id == subscription.plan_id
    assert fixed_charges_of(changed.plan).get().properties == {"amount": "8"}


def test_the_plan_posted_again_keeps_the_override(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan, "s", external_customer_id="c", plan_overrides={"amount_cents": 1})
    again = create_subscription(
        organization=organization, at=SIXTH, external_customer_id="c", plan_code="basic", external_id="s"
    )
    assert again.pk == subscription.pk
    assert again.plan_id == subscription.plan_id


def test_overrides_over_the_api(organization: Organization, plan: Plan) -> None:
    api = ApiClient(organization)
    body = {"external_customer_id": "c", "plan_code": "basic", "external_id": "s"}
    overrides = {"amount_cents": 500, "fixed_charges": [{"id": str(plan.fixed_charges.get().pk), "units": 2}]}
    created = api.post("/subscriptions", {"subscription": {**body, "plan_overrides": overrides}})["subscription"]
    assert (created["plan_code"], created["plan_amount_cents"]) == ("basic", 500)
    assert [each["units"] for each in api.get("/subscriptions/s/fixed_charges")["fixed_charges"]] == ["2.0"]
    changed = api.put("/subscriptions/s", {"subscription": {"plan_overrides": {"amount_cents": 600}}})
    assert changed["subscription"]["plan_amount_cents"] == 600
    bad = {"subscription": {"plan_overrides": {"amount_cents": -1, "charges": [{"properties": {}}]}}}
    assert api.put("/subscriptions/s", bad, expect=422)["error_details"] == {
        "plan_overrides.amount_cents": ["value_is_out_of_range"],
        "plan_overrides.charges.0.id": ["value_is_mandatory"],
    }


def test_units_of_a_plan_reach_its_overrides_only_by_cascade(organization: Organization, plan: Plan) -> None:
    seats = plan.fixed_charges.get()
    same = a_subscription(organization, plan, plan_overrides={"name": "Same units"})
    other = a_subscription(
        organization, plan, plan_overrides={"fixed_charges": [{"id": str(seats.pk), "units": Decimal(3)}]}
    )
    for number, cascade in ((15, False), (20, True)):
        wanted = {"id": str(seats.pk), "units": Decimal(number), "apply_units_immediately": True}
        update_plan(plan=plan, at=SIXTH, fixed_charges=[wanted], cascade_updates=cascade)
    # 20 does not reach "same": since the first change it has other units than the plan.
    assert [fixed_charges_of(each.plan).get().units for each in (same, other)] == [10, 3]
    for number, cascade in ((10, False), (11, True)):
        again = {"id": str(seats.pk), "units": Decimal(number)}
        update_plan(plan=plan, at=SIXTH, fixed_charges=[again], cascade_updates=cascade)
    assert [fixed_charges_of(each.plan).get().units for each in (same, other)] == [11, 3]


def test_a_cascade_adds_and_removes_fixed_charges(organization: Organization, plan: Plan) -> None:
    own = subscribed(organization, plan, name="Special")
    desks = a_fixed_charge(an_add_on(organization, "desks"), 2, tax_codes=["city"])
    update_plan(plan=plan, at=SIXTH, fixed_charges=[desks], cascade_updates=True)
    (copied,) = fixed_charges_of(own)
    assert (copied.code, copied.parent) == ("desks", fixed_charges_of(plan).get())
    assert [tax.code for tax in copied.taxes.all()] == ["city"]
