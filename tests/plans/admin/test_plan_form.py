"""Plans in the console: the form, and what its charges' editor sends."""

import json
from typing import Any

import pytest

from customers.models import Organization
from plans.models import Charge, Plan
from tests.support.builders import a_tax, an_organization
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.models import BillableMetric

pytestmark = pytest.mark.django_db
PLAN = {"name": "Pro", "code": "pro", "amount": "49.50", "amount_currency": "EUR", "interval": "monthly"}
TIERS: list[dict[str, Any]] = [
    {"from_value": 0, "to_value": 100, "per_unit_amount": "0.50", "flat_amount": "1"},
    {"from_value": 101, "to_value": None, "per_unit_amount": "0.20", "flat_amount": "0"},
]


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def a_card(metric: BillableMetric, model: str = "standard", **properties: Any) -> dict[str, Any]:
    return {"id": None, "metric": str(metric.pk), "model": model, "name": "", "properties": properties, "taxes": []}


def cards(*given: dict[str, Any]) -> str:
    return json.dumps(given)


def test_a_graduated_plan_is_made(organization: Organization) -> None:
    a_tax(organization)
    card = a_card(a_metric(organization), "graduated", graduated_ranges=TIERS)
    Console(organization).submit("plans_plan_add", **PLAN, tax_codes=["vat"], charges=cards(card))
    plan = Plan.objects.get(code="pro")
    assert (plan.amount_cents, plan.amount_currency, plan.interval) == (4950, "EUR", "monthly")
    assert [tax.code for tax in plan.taxes.all()] == ["vat"]
    [charge] = plan.charges.all()
    assert charge.charge_model == "graduated"
    assert charge.properties["graduated_ranges"] == TIERS


@pytest.mark.parametrize(
    ("model", "properties"),
    [
        ("standard", {"amount": "0.000005"}),
        ("package", {"amount": "5", "package_size": 100, "free_units": 10}),
        ("volume", {"volume_ranges": TIERS}),
    ],
)
def test_every_other_price_is_made(organization: Organization, model: str, properties: dict[str, Any]) -> None:
    card = a_card(a_metric(organization), model, **properties)
    Console(organization).submit("plans_plan_add", **PLAN, charges=cards(card))
    assert Charge.objects.get().properties == properties


def test_the_form_shows_what_was_made(organization: Organization) -> None:
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), "0.25")])
    shown = Console(organization).show(plan)
    assert 'value="30.00"' in shown
    assert '"amount": "0.25"' in shown


def test_saving_a_plan_unchanged_changes_nothing(organization: Organization) -> None:
    plan = a_plan(organization, "pro", charges=[a_charge(a_metric(organization), "0.25")])
    [charge] = plan.charges.all()
    card = {**a_card(charge.billable_metric, amount="0.25"), "id": str(charge.pk)}
    form = {**PLAN, "amount": "30.00", "charges": cards(card)}
    Console(organization).submit("plans_plan_change", plan.pk, **form)
    [same] = Plan.objects.get(pk=plan.pk).charges.filter(deleted_at__isnull=True)
    assert (same.pk, same.properties, same.code) == (charge.pk, {"amount": "0.25"}, charge.code)


def test_a_card_taken_away_takes_its_charge_off_the_plan(organization: Organization) -> None:
    plan = a_plan(organization, "pro", charges=[a_charge(a_metric(organization))])
    Console(organization).submit("plans_plan_change", plan.pk, **PLAN, charges="[]")
    assert not plan.charges.filter(deleted_at__isnull=True).exists()


def test_tiers_with_a_gap_are_refused_at_their_card(organization: Organization) -> None:
    gap = [TIERS[0], {**TIERS[1], "from_value": 200}]
    card = a_card(a_metric(organization), "graduated", graduated_ranges=gap)
    refused = Console(organization).submit("plans_plan_add", expect=200, **PLAN, charges=cards(card))
    shown = refused.content.decode()
    assert errors_in(shown) == ["A charge needs another look."]
    sentence = "Tiers start at 0, follow each other without gaps, and the last one has no end."
    assert json.dumps({"charges.0.properties": [sentence]}) in shown
    assert '"from_value": 200' in shown
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required."),
        ("amount", "abc", "Write a number such as 49.00."),
        ("amount", "-1", "Write an amount of zero or more, such as 49.00."),
        ("amount", "1.005", "EUR has 2 digits after the point."),
        ("amount", "NaN", "Write an amount of zero or more, such as 49.00."),
        ("interval", "daily", "Select a valid choice. daily is not one of the available choices."),
    ],
)
def test_a_bad_value_is_refused_at_its_field(organization: Organization, field: str, value: str, sentence: str) -> None:
    form = {**PLAN, field: value, "charges": "[]"}
    refused = Console(organization).submit("plans_plan_add", expect=200, **form)
    assert sentence in errors_in(refused.content.decode())
    assert not Plan.objects.exists()


def test_a_code_that_is_taken_is_refused_at_its_field(organization: Organization) -> None:
    a_plan(organization, "pro")
    refused = Console(organization).submit("plans_plan_add", expect=200, **PLAN, charges="[]")
    assert "This is already taken. Choose another one." in errors_in(refused.content.decode())


@pytest.mark.parametrize("charges", ["{", "[1]", '"x"', '[{"model": "graduated"}]', '[{"metric": "x"}]', "[{}]"])
def test_nonsense_from_the_editor_is_refused(organization: Organization, charges: str) -> None:
    Console(organization).submit("plans_plan_add", expect=200, **PLAN, charges=charges)
    assert not Plan.objects.exists()


def test_a_metric_of_another_organization_is_refused(organization: Organization) -> None:
    foreign = a_metric(an_organization("Strangers"))
    card = a_card(foreign, amount="1")
    Console(organization).submit("plans_plan_add", expect=200, **PLAN, charges=cards(card))
    assert not Plan.objects.filter(organization=organization).exists()


def test_with_subscriptions_code_interval_and_currency_are_fixed(organization: Organization) -> None:
    plan = a_plan(organization, "pro")
    a_subscription(organization, plan)
    console = Console(organization)
    assert "Fixed, because there are subscriptions to this plan." in words(console.show(plan))
    form = {**PLAN, "code": "other", "interval": "yearly", "amount_currency": "USD", "amount": "60"}
    console.submit("plans_plan_change", plan.pk, **form, charges="[]")
    plan.refresh_from_db()
    assert (plan.code, plan.interval, plan.amount_currency, plan.amount_cents) == ("pro", "monthly", "EUR", 6000)


def test_a_plan_is_deleted_after_saying_who_it_ends_for(organization: Organization) -> None:
    plan = a_plan(organization)
    a_subscription(organization, plan)
    console = Console(organization)
    asked = words(console.open("plans_plan_do_one", plan.pk, "delete"))
    assert "1 subscription(s) to it end now" in asked
    console.press(plan, "delete")
    plan.refresh_from_db()
    assert plan.deleted_at is not None
    console.show(plan, expect=404)
