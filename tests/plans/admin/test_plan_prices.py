"""The editor of a plan's prices: what its script sends, and what it is told while one types."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Organization
from plans.models import Charge, FixedCharge, Plan
from plans.queries import charges_of, fixed_charges_of
from tests.support.builders import a_tax, an_organization
from tests.support.console import Console, words
from tests.support.fixed_charges import an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.models import BillableMetric

pytestmark = pytest.mark.django_db
PLAN = {"name": "Pro", "code": "pro", "amount": "49.50", "amount_currency": "EUR", "interval": "monthly"}
AN_AMOUNT = "An amount is a number of zero or more, such as 0.25."
NOT_WITH_THE_METRIC = "This price does not work with how the metric counts."
A_WHOLE_PACKAGE = "A package holds a whole number of units, one or more."
NO_PACKAGE = {"package_size": 0, "amount": "1", "free_units": 0}
EU = {"region": ["eu"]}
REGION = {"key": "region", "values": ["eu", "us"]}


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def a_card(metric: BillableMetric, model: str = "standard", **card: Any) -> dict[str, Any]:
    return {"metric": str(metric.pk), "model": model, **card}


def form(*charges: dict[str, Any], fixed: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    return {**PLAN, "charges": json.dumps(charges), "fixed_charges": json.dumps(fixed or []), **fields}


def make(organization: Organization, *charges: dict[str, Any], **fields: Any) -> Plan:
    Console(organization).submit("plans_plan_add", **form(*charges, **fields))
    return Plan.objects.get(code="pro")


def check(organization: Organization, *charges: dict[str, Any], **fields: Any) -> Any:
    response = Console(organization).submit("plans_plan_check", expect=200, **form(*charges, **fields))
    return response.json()


# --- Saving ---


def test_a_charge_is_made_with_all_its_options(organization: Organization) -> None:
    a_tax(organization)
    metric = a_metric(organization, aggregation_type="sum_agg", field_name="seats", recurring=True)
    price = {
        "amount": "2",
        "pricing_group_keys": ["team", "project"],
        "presentation_group_keys": [{"value": "user", "options": {"display_in_invoice": True}}],
    }
    card = a_card(metric, properties=price, name="Seats", code="seats", prorated=True, minimum="20", taxes=["vat"])
    charge = charges_of(make(organization, card)).get()
    assert (charge.properties, charge.code, charge.invoice_display_name) == (price, "seats", "Seats")
    assert (charge.prorated, charge.min_amount_cents) == (True, 2000)
    assert [tax.code for tax in charge.taxes.all()] == ["vat"]


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        ("arrears", (False, True, None)),
        ("event", (True, True, None)),
        ("event_alone", (True, False, None)),
        ("event_regrouped", (True, False, "invoice")),
        ("nonsense", (False, True, None)),
    ],
)
def test_one_choice_says_when_usage_is_billed(organization: Organization, when: str, fields: Any) -> None:
    make(organization, a_card(a_metric(organization), properties={"amount": "1"}, when=when))
    charge = Charge.objects.get()
    assert (charge.pay_in_advance, charge.invoiceable, charge.regroup_paid_fees) == fields


@pytest.mark.parametrize(
    ("model", "properties"),
    [
        ("percentage", {"rate": "1.5", "fixed_amount": "0.1", "free_units_per_events": 3}),
        ("percentage", {"rate": "1", "per_transaction_min_amount": "0.5", "per_transaction_max_amount": "2"}),
        (
            "graduated_percentage",
            {
                "graduated_percentage_ranges": [
                    {"from_value": 0, "to_value": 10, "rate": "2", "flat_amount": "1"},
                    {"from_value": 11, "to_value": None, "rate": "1", "flat_amount": "0"},
                ]
            },
        ),
        ("dynamic", {}),
    ],
)
def test_every_model_is_saved_as_it_was_written(organization: Organization, model: str, properties: Any) -> None:
    metric = a_metric(organization, aggregation_type="sum_agg", field_name="amount")
    make(organization, a_card(metric, model, properties=properties))
    assert Charge.objects.get().properties == properties


def test_filters_have_values_a_price_and_a_name(organization: Organization) -> None:
    metric = a_metric(organization, filters=[REGION])
    eu = {"values": EU, "properties": {"amount": "3"}, "name": "Europe"}
    charge = charges_of(make(organization, a_card(metric, properties={"amount": "1"}, filters=[eu]))).get()
    [stored] = charge.filters.all()
    assert (stored.values, stored.properties, stored.invoice_display_name) == (
        {"region": ["eu"]},
        {"amount": "3"},
        "Europe",
    )


def test_a_plan_has_fixed_charges_a_commitment_and_a_trial(organization: Organization) -> None:
    a_tax(organization)
    seat = an_add_on(organization, "seat")
    card = {"add_on": str(seat.pk), "model": "standard", "properties": {"amount": "15"}, "units": "5", "prorated": True}
    fields = {"commitment_amount": "300", "commitment_name": "Floor", "commitment_taxes": ["vat"]}
    plan = make(organization, fixed=[{**card, "in_advance": True, "taxes": ["vat"]}], trial_period="14", **fields)
    [fixed] = fixed_charges_of(plan)
    assert (fixed.add_on, fixed.units, fixed.pay_in_advance, fixed.prorated) == (seat, 5, True, True)
    assert plan.minimum_commitment.amount_cents == 30_000
    assert [tax.code for tax in plan.minimum_commitment.taxes.all()] == ["vat"]
    assert plan.trial_period == 14


def test_a_commitment_of_nothing_is_none(organization: Organization) -> None:
    plan = a_plan(organization, "pro", minimum_commitment={"amount_cents": 100})
    Console(organization).submit("plans_plan_change", plan.pk, **form(commitment_amount="0"))
    assert not hasattr(Plan.objects.get(pk=plan.pk), "minimum_commitment")


def test_what_the_page_shows_can_be_sent_back_unchanged(organization: Organization) -> None:
    metric = a_metric(organization, filters=[REGION])
    charge = a_charge(metric, "2", filters=[{"values": EU, "properties": {"amount": "3"}}])
    fixed = {
        "add_on_id": an_add_on(organization).pk,
        "charge_model": "standard",
        "properties": {"amount": "1"},
        "units": 2,
    }
    plan = a_plan(organization, "pro", charges=[charge], fixed_charges=[fixed])
    a_subscription(organization, plan)
    page = Console(organization).show(plan)
    editor = json.loads(page.split('id="plan-editor-data" type="application/json">')[1].split("</script>")[0])
    before = [list(rows.values()) for rows in (Charge.objects, FixedCharge.objects)]
    Console(organization).submit(
        "plans_plan_change", plan.pk, **form(*editor["charges"], fixed=editor["fixed_charges"], amount="30.00")
    )
    after = [list(rows.values()) for rows in (Charge.objects, FixedCharge.objects)]
    assert [[{**row, "updated_at": None} for row in rows] for rows in after] == [
        [{**row, "updated_at": None} for row in rows] for rows in before
    ]


def test_a_page_without_script_leaves_the_charges_alone(organization: Organization) -> None:
    plan = a_plan(organization, "pro", charges=[a_charge(a_metric(organization))])
    Console(organization).submit("plans_plan_change", plan.pk, **PLAN)
    assert charges_of(plan).count() == 1


# --- Checking while one types ---


@pytest.mark.parametrize(
    ("card", "place", "sentence"),
    [
        ({"properties": {"amount": "x"}}, "properties.amount", AN_AMOUNT),
        ({"model": "package", "properties": NO_PACKAGE}, "properties.package_size", A_WHOLE_PACKAGE),
        ({"prorated": True}, "prorated", NOT_WITH_THE_METRIC),
        ({"model": "volume", "when": "event"}, "pay_in_advance", NOT_WITH_THE_METRIC),
        ({"when": "event", "minimum": "5"}, "min_amount_cents", "Charges paid in advance have no minimum."),
        ({"minimum": "1.005"}, "minimum", "EUR has 2 digits after the point."),
        ({"model": "nonsense"}, "charge_model", "This value is not allowed here."),
        ({"metric": "nonsense"}, "metric", "Pick a metric."),
        ({"taxes": ["unknown"]}, "taxes", "The tax is gone, or belongs to another organization."),
        ({"filters": [{}]}, "filters.0.values", "This is needed."),
        ({"filters": [{"values": {"region": ["mars"]}}]}, "filters.0.values", "This value is not allowed here."),
        ({"filters": [{"values": EU, "properties": {"amount": "-"}}]}, "filters.0.properties.amount", AN_AMOUNT),
        ({"filters": [{"values": EU}] * 2}, "filters.1.values", "This appears twice."),
        ({"name": "x" * 256}, "name", "At most 255 characters."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(organization: Organization, card: Any, place: str, sentence: str) -> None:
    given = {**a_card(a_metric(organization, filters=[REGION])), **card}
    if given["model"] == "standard":
        given = {"properties": {"amount": "1"}, **given}
    assert check(organization, given)["errors"] == {f"charges.0.{place}": [sentence]}
    Console(organization).submit("plans_plan_add", expect=200, **form(given))
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("card", "place"),
    [
        ({"model": "volume", "in_advance": True}, "pay_in_advance"),
        ({"model": "graduated", "in_advance": True, "prorated": True}, "prorated"),
        ({"model": "package"}, "charge_model"),
        ({"units": "-1"}, "units"),
        ({"add_on": ""}, "add_on"),
    ],
)
def test_a_wrong_fixed_charge_is_refused_at_its_field(organization: Organization, card: Any, place: str) -> None:
    given = {"add_on": str(an_add_on(organization).pk), "model": "standard", **card}
    assert list(check(organization, fixed=[given])["errors"]) == [f"fixed_charges.0.{place}"]


@pytest.mark.parametrize(
    "charges", [[{"filters": "x", "taxes": {}, "properties": [], "values": 3}], [{"sample": {"units": {}}}]]
)
def test_nonsense_is_answered(organization: Organization, charges: list[dict[str, Any]]) -> None:
    charges = [{**each, "metric": str(a_metric(organization).pk)} for each in charges]
    assert check(organization, *charges)["errors"]


def test_units_are_priced_as_they_would_be_billed(organization: Organization) -> None:
    metric = a_metric(organization, "tokens", filters=[REGION])
    eu = {"values": EU, "properties": {"amount": "3"}, "sample": {"units": "10"}}
    card = a_card(metric, properties={"amount": "0.5"}, sample={"units": "100"}, filters=[eu], minimum="100")
    seat = {
        "add_on": str(an_add_on(organization, "seat").pk),
        "model": "standard",
        "properties": {"amount": "15"},
        "units": "2",
    }
    answer = check(organization, card, fixed=[seat], commitment_amount="200")
    prices = {place: words(html).split()[0] for place, html in answer["prices"].items()}
    assert prices == {"charges.0": "€50.00", "charges.0.filters.0": "€30.00", "fixed_charges.0": "€30.00"}
    assert "<svg" in answer["prices"]["charges.0"]
    total = words(answer["total"])
    # 49.50 + 50 + 30, 20 up to the minimum of the charge, 30 for seats: 179.50, 20.50 up to the commitment
    assert "tokens, up to its minimum €20.00" in total
    assert "Up to the minimum commitment €20.50" in total
    assert total.endswith("Before coupons and taxes €200.00")


def test_checking_saves_nothing_and_takes_a_constant_number_of_queries(organization: Organization) -> None:
    def queries(count: int) -> int:
        metrics = [a_metric(organization, f"metric-{count}-{each}") for each in range(count)]
        cards = [a_card(metric, properties={"amount": "1"}) for metric in metrics]
        console = Console(organization)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            console.submit("plans_plan_check", expect=200, **form(*cards))
        return len(captured)

    assert queries(1) == queries(5)
    assert not Plan.objects.exists()


def test_the_prices_of_another_organizations_plan_are_not_there(organization: Organization) -> None:
    strangers = a_plan(an_organization("Strangers"))
    Console(organization).submit("plans_plan_check_one", strangers.pk, expect=404, **form())


def test_who_is_affected_is_said_before_saving(organization: Organization) -> None:
    plan = a_plan(organization, "pro", charges=[a_charge(a_metric(organization), "1")])
    console = Console(organization)
    card = {**a_card(a_metric(organization, "other"), properties={"amount": "1"})}
    assert console.submit("plans_plan_check_one", plan.pk, expect=200, **form()).json()["note"] == ""
    a_subscription(organization, plan)
    for amount in (1, 3000):
        a_subscription(organization, plan, plan_overrides={"name": "Own", "amount_cents": amount})
    kept = json.loads(console.show(plan).split('type="application/json">')[1].split("</script>")[0])["charges"]
    unchanged = {**form(*kept), "name": plan.name, "amount": "30"}
    asked = {
        "0 of them": unchanged,
        "1 of them": {**unchanged, "amount": "40"},
        "2 of them": {**unchanged, "charges": json.dumps([*kept, card])},
    }
    for followers, fields in asked.items():
        note = console.submit("plans_plan_check_one", plan.pk, expect=200, **fields).json()["note"]
        assert note.startswith("1 subscription to this plan")
        assert note.endswith(f"2 subscriptions with prices of their own: {followers} would follow.")
    console.submit("plans_plan_change", plan.pk, **asked["1 of them"], cascade_updates="on")
    assert sorted(plan.children.values_list("amount_cents", flat=True)) == [1, 4000]
