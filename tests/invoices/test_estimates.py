"""What an event would cost; nothing is stored."""

import pytest

from invoices.models import Fee, Invoice
from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def in_advance(organization, metric, external_id="sub", **charge):
    """A subscription to one charge paid in advance."""
    plan = a_plan(organization, amount_cents=0, charges=[a_charge(metric, pay_in_advance=True, **charge)])
    return a_subscription(organization, plan, external_id)


def event(code="tokens", **properties):
    return {"event": {"code": code, "external_subscription_id": "sub", "properties": properties}}


def tiers():
    first = {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "5"}
    return {
        "graduated_ranges": [first, {"from_value": 11, "to_value": None, "per_unit_amount": "0.5", "flat_amount": "0"}]
    }


def test_an_estimate_is_what_the_event_adds_to_the_usage_before_it(organization, api):
    in_advance(organization, a_metric(organization), charge_model="graduated", properties=tiers())
    send(organization, an_event(value=8, external_subscription_id="sub"))

    (fee,) = api.post("/events/estimate_fees", event(value=4))["fees"]

    # 2 more units at 1.00, then 2 at 0.50; the flat amount was paid by the first event
    assert (fee["amount_cents"], fee["units"], fee["events_count"]) == (300, "4.0", 1)


def test_an_estimate_is_the_fee_that_the_event_then_makes(organization, api):
    a_tax(organization, "vat", 20)
    a_customer(organization, "acme", tax_codes=["vat"])
    metric = a_metric(organization)
    plan = a_plan(organization, amount_cents=0, charges=[a_charge(metric, "0.335", pay_in_advance=True)])
    a_subscription(organization, plan, "sub", external_customer_id="acme")

    (estimated,) = api.post("/events/estimate_fees", event(value="3"))["fees"]
    send(organization, an_event(value="3", external_subscription_id="sub"))
    (made,) = api.get("/fees")["fees"]

    # 3 × 0.335 = 1.005 → 1.01; 20 % of it 0.202 → 0.20
    assert (estimated["amount_cents"], estimated["taxes_amount_cents"], estimated["taxes_rate"]) == (101, 20, 20.0)
    own = {"lago_id", "lago_invoice_id", "created_at", "event_transaction_id", "applied_taxes"}
    assert {key: value for key, value in estimated.items() if key not in own} == {
        key: value for key, value in made.items() if key not in own
    }
    assert (estimated["lago_id"], estimated["lago_invoice_id"], estimated["created_at"]) == (None, None, None)
    assert [(tax["tax_code"], tax["amount_cents"], tax["lago_id"]) for tax in estimated["applied_taxes"]] == [
        ("vat", 20, None)
    ]


def test_an_estimate_stores_nothing(organization, api):
    in_advance(organization, a_metric(organization))

    api.post("/events/estimate_fees", event(value=4))
    api.post("/events/estimate_instant_fees", event(value=4))

    assert (UsageEvent.objects.count(), Fee.objects.count(), Invoice.objects.count()) == (0, 0, 0)


def test_events_after_the_estimated_instant_do_not_count(organization, api):
    in_advance(organization, a_metric(organization), charge_model="graduated", properties=tiers())
    send(organization, an_event(value=10, external_subscription_id="sub", at=instant("2024-01-20")))
    body = event(value=10)
    body["event"]["timestamp"] = "2024-01-10T00:00:00Z"

    (fee,) = api.post("/events/estimate_fees", body)["fees"]

    # the first ten units at 1.00 and their flat amount of 5.00
    assert fee["amount_cents"] == 1500


def test_no_digit_is_lost_on_the_way(organization, api):
    in_advance(organization, a_metric(organization), "sub", properties={"amount": "0.01"})
    body = (
        '{"event": {"code": "tokens", "external_subscription_id": "sub", "properties": {"value": 1.00000000000000001}}}'
    )

    fee = api.send("POST", "/events/estimate_fees", body).json()["fees"][0]

    assert fee["units"] == "1.00000000000000001"


def test_an_event_without_the_measured_value_costs_nothing(organization, api):
    in_advance(organization, a_metric(organization))

    assert api.post("/events/estimate_fees", event())["fees"] == []


@pytest.mark.parametrize("path", ["estimate_fees", "estimate_instant_fees"])
def test_refusals_of_an_estimate(organization, api, path):
    in_advance(organization, a_metric(organization))
    a_metric(organization, "free")
    unknown = event(value=1)
    unknown["event"]["external_subscription_id"] = "nobody"

    def refusal(status, body):
        answer = api.post(f"/events/{path}", body, expect=status)
        return answer.get("error_details") or answer.get("code")

    assert refusal(404, unknown) == "subscription_not_found"
    assert refusal(404, event("nothing", value=1)) == "billable_metric_not_found"
    assert refusal(422, event("free", value=1)) == {"code": ["does_not_match_an_instant_charge"]}
    assert refusal(422, event(value="1e3")) == {"properties": ["value_is_not_valid_number"]}
    assert refusal(422, event(value="\0")) == {"properties": ["value_is_invalid"]}
    assert refusal(400, {}) is None


def test_an_instant_estimate_takes_the_event_alone(organization, api):
    price = {"rate": "10", "fixed_amount": "1", "free_units_per_events": 3}
    in_advance(organization, a_metric(organization), charge_model="percentage", properties=price)

    (fee,) = api.post("/events/estimate_instant_fees", event(value=50))["fees"]

    # 10 % of 50 and 1.00; free events do not count
    assert (fee["amount_cents"], fee["units"], fee["taxes_amount_cents"]) == ("600.0", "50.0", 0)
    assert (fee["item"]["type"], fee["item"]["code"], fee["pay_in_advance"]) == ("charge", "tokens", True)


def test_an_instant_estimate_has_the_price_of_its_filter(organization, api):
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    of_europe = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}, "invoice_display_name": "Europe"}
    in_advance(organization, metric, properties={"amount": "1"}, filters=[of_europe])

    (europe,) = api.post("/events/estimate_instant_fees", event(value=3, region="eu"))["fees"]
    (elsewhere,) = api.post("/events/estimate_instant_fees", event(value=3, region="us"))["fees"]

    assert (europe["amount_cents"], europe["item"]["filter_invoice_display_name"]) == ("600.0", "Europe")
    assert (elsewhere["amount_cents"], elsewhere["lago_charge_filter_id"]) == ("300.0", None)


def test_an_instant_estimate_has_no_price_of_tiers(organization, api):
    in_advance(organization, a_metric(organization), charge_model="graduated", properties=tiers())

    api.post("/events/estimate_instant_fees", event(value=1), expect=422)


def test_a_batch_of_instant_estimates_keeps_the_order_and_keys_refusals_by_index(organization, api):
    in_advance(organization, a_metric(organization), properties={"amount": "1"})
    events = [event(value=value)["event"] for value in (3, 1, 2)]

    fees = api.post("/events/batch_estimate_instant_fees", {"events": events})["fees"]
    wrong = api.post(
        "/events/batch_estimate_instant_fees", {"events": [*events, event(value="x")["event"]]}, expect=422
    )

    assert [fee["amount_cents"] for fee in fees] == ["300.0", "100.0", "200.0"]
    assert wrong["error_details"] == {"3": {"properties": ["value_is_not_valid_number"]}}
