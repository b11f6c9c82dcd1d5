"""What one subscription has otherwise than its plan, in the console."""

import json
from typing import Any

import pytest

from customers.models import Organization
from plans.models import Plan, Subscription
from plans.queries import charges_of, fixed_charges_of, last_units
from tests.support.builders import an_organization
from tests.support.console import Console
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization()


@pytest.fixture
def plan(organization: Organization) -> Plan:
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    charge = a_charge(metric, "2", filters=[{"values": {"region": ["eu"]}, "properties": {"amount": "3"}}])
    return a_plan(organization, charges=[charge], fixed_charges=[a_fixed_charge(an_add_on(organization), units=5)])


@pytest.fixture
def subscription(organization: Organization, plan: Plan) -> Subscription:
    return a_subscription(organization, plan)


def shown(subscription: Subscription) -> dict[str, Any]:
    """What the page starts with, as its script would send it back."""
    page = Console(subscription.organization).open("own_prices", subscription.pk)
    editor = json.loads(page.split('id="plan-editor-data" type="application/json">')[1].split("</script>")[0])
    return {"amount": "30.00", "charges": editor["charges"], "fixed_charges": editor["fixed_charges"]}


def sent(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "charges": json.dumps(form["charges"]), "fixed_charges": json.dumps(form["fixed_charges"])}


def save(subscription: Subscription, form: dict[str, Any], expect: int = 302) -> Any:
    response = Console(subscription.organization).submit("own_prices", subscription.pk, expect=expect, **sent(form))
    subscription.refresh_from_db()
    return response


def note(subscription: Subscription, form: dict[str, Any]) -> str:
    console = Console(subscription.organization)
    text: str = console.submit("own_prices_check", subscription.pk, expect=200, **sent(form)).json()["note"]
    return text


def test_saving_unchanged_prices_leaves_the_plan_shared(subscription: Subscription, plan: Plan) -> None:
    assert note(subscription, shown(subscription)) == ""
    save(subscription, shown(subscription))
    assert subscription.plan == plan
    assert not plan.children.exists()


def test_a_price_of_its_own_makes_the_plan_its_own(subscription: Subscription, plan: Plan) -> None:
    form = shown(subscription)
    form["charges"][0]["filters"][0]["properties"] = {"amount": "1"}
    assert note(subscription, form).startswith("This subscription gets a plan of its own")
    save(subscription, form)
    assert subscription.plan.parent == plan
    amounts = [
        [each.properties["amount"] for each in charges_of(owner).get().filters.all()]
        for owner in (plan, subscription.plan)
    ]
    assert amounts == [["3"], ["1"]]


def test_amount_and_commitment_are_its_own_and_a_commitment_goes_again(subscription: Subscription) -> None:
    save(subscription, {**shown(subscription), "amount": "20", "commitment_amount": "100"})
    own = subscription.plan
    assert (own.amount_cents, own.minimum_commitment.amount_cents) == (2000, 10_000)
    save(subscription, {**shown(subscription), "amount": "20"})
    assert subscription.plan == own
    assert not hasattr(Plan.objects.get(pk=own.pk), "minimum_commitment")


def test_units_alone_leave_the_plan_shared(subscription: Subscription, plan: Plan) -> None:
    form = shown(subscription)
    form["fixed_charges"][0].update(units="8", at_once=True)
    assert note(subscription, form) == "Only this subscription's units change."
    save(subscription, form)
    [fixed_charge] = fixed_charges_of(plan)
    assert subscription.plan == plan
    assert last_units(subscription)[fixed_charge.pk].units == 8
    assert shown(subscription)["fixed_charges"][0]["units"] == "8"


def test_units_and_a_price_change_together(subscription: Subscription, plan: Plan) -> None:
    form = shown(subscription)
    form["fixed_charges"][0].update(units="8", properties={"amount": "4"}, at_once=True)
    save(subscription, form)
    [own] = fixed_charges_of(subscription.plan)
    assert (own.properties, last_units(subscription)[own.original_id].units) == ({"amount": "4"}, 8)


def test_a_wrong_price_is_refused_at_its_field(subscription: Subscription, plan: Plan) -> None:
    form = shown(subscription)
    form["charges"][0]["properties"] = {"amount": "x"}
    assert "charges.0.properties.amount" in save(subscription, form, expect=200).content.decode()
    assert subscription.plan == plan


def test_prices_of_strangers_and_of_what_has_ended_are_not_there(organization: Organization) -> None:
    stranger = a_subscription(an_organization("Strangers"))
    for page in ("own_prices", "own_prices_check"):
        Console(organization).open(page, stranger.pk, expect=404)
