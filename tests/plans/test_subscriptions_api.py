"""Subscriptions over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from plans.models import Subscription
from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization(at=instant("2024-01-15T10:00:00Z")))


@pytest.fixture(autouse=True)
def basic(api):
    return a_plan(api.organization, "basic")


def subscription(**fields):
    wanted = {"external_customer_id": "c", "plan_code": "basic", "external_id": "s"}
    return {"subscription": {**wanted, **fields}}


def test_a_subscription_is_created_and_read_again(api):
    created = api.post("/subscriptions", subscription(name="Main", billing_time="anniversary"))["subscription"]
    assert (created["status"], created["billing_time"]) == ("active", "anniversary")
    assert created["current_billing_period_ending_at"] == "2024-02-14T23:59:59Z"
    assert api.get("/subscriptions/s")["subscription"] == created
    assert api.get("/subscriptions")["subscriptions"] == [created]
    assert api.get("/customers/c/subscriptions")["subscriptions"] == [created]


def test_ids_are_trimmed(api):
    assert api.post("/subscriptions", subscription(external_id="  s "))["subscription"]["external_id"] == "s"


def test_an_upgrade_answers_with_the_new_subscription(api):
    a_plan(api.organization, "pro", amount_cents=9000)
    old = api.post("/subscriptions", subscription())["subscription"]
    new = api.post("/subscriptions", subscription(plan_code="pro"))["subscription"]
    assert (new["plan_code"], new["previous_plan_code"], new["next_plan_code"]) == ("pro", "basic", None)
    assert (new["started_at"], new["downgrade_plan_date"]) == ("2024-01-15T10:00:00.000Z", None)
    (ended,) = api.get("/subscriptions", **{"status[]": "terminated"})["subscriptions"]
    assert (ended["lago_id"], ended["next_plan_code"]) == (old["lago_id"], "pro")
    assert (ended["terminated_at"], ended["downgrade_plan_date"]) == ("2024-01-15T10:00:00Z", None)


def test_a_downgrade_answers_with_the_current_subscription_and_what_is_to_come(api):
    a_plan(api.organization, "small", amount_cents=100)
    current = api.post("/subscriptions", subscription())["subscription"]
    answered = api.post("/subscriptions", subscription(plan_code="small"))["subscription"]
    scheduled = {"next_plan_code": "small", "downgrade_plan_date": "2024-02-01"}
    assert answered == {**current, **scheduled}
    canceled = api.delete("/subscriptions/s", status="pending")["subscription"]
    assert (canceled["status"], canceled["plan_code"], canceled["previous_plan_code"]) == ("canceled", "small", "basic")
    assert api.get("/subscriptions/s")["subscription"] == current


def test_lists_show_active_ones_unless_asked_otherwise(api):
    api.post("/subscriptions", subscription(external_id="running"))
    api.post("/subscriptions", subscription(external_id="waiting", subscription_at="2024-06-01T00:00:00Z"))
    api.post("/subscriptions", subscription(external_id="ended"))
    api.delete("/subscriptions/ended")

    def ids(**query):
        return [each["external_id"] for each in api.get("/subscriptions", **query)["subscriptions"]]

    assert ids() == ["running"]
    assert ids(**{"status[]": ["pending", "terminated"]}) == ["ended", "waiting"]
    assert ids(plan_code="other") == []
    assert ids(external_customer_id="c") == ["running"]
    assert api.get("/subscriptions", **{"status[]": "nonsense"}, expect=422)["error_details"] == {
        "status": ["value_is_invalid"]
    }


def test_one_is_found_by_its_status(api):
    api.post("/subscriptions", subscription(subscription_at="2024-06-01T00:00:00Z"))
    assert api.get("/subscriptions/s", expect=404)["code"] == "subscription_not_found"
    assert api.get("/subscriptions/s", status="pending")["subscription"]["status"] == "pending"


def test_it_is_changed(api):
    api.post("/subscriptions", subscription())
    changed = api.put("/subscriptions/s", {"subscription": {"name": "New", "ending_at": "2024-03-10"}})["subscription"]
    assert (changed["name"], changed["ending_at"]) == ("New", "2024-03-10T00:00:00Z")
    cleared = api.put("/subscriptions/s", {"subscription": {"ending_at": None}})["subscription"]
    assert (cleared["name"], cleared["ending_at"]) == ("New", None)


def test_it_is_terminated_with_options(api):
    api.post("/subscriptions", subscription())
    ended = api.delete("/subscriptions/s", on_termination_invoice="skip")["subscription"]
    assert (ended["status"], ended["on_termination_invoice"]) == ("terminated", "skip")
    assert api.delete("/subscriptions/s", expect=404)["code"] == "subscription_not_found"


def test_a_waiting_one_is_canceled(api):
    api.post("/subscriptions", subscription(subscription_at="2024-06-01T00:00:00Z"))
    assert api.delete("/subscriptions/s", status="pending")["subscription"]["status"] == "canceled"


@pytest.mark.parametrize("option", ["on_termination_credit_note", "on_termination_invoice"])
def test_an_unknown_termination_option_is_refused(api, option):
    api.post("/subscriptions", subscription())
    answer = api.delete("/subscriptions/s", **{option: "invalid"}, expect=422)
    assert answer == {
        "status": 422,
        "error": "Unprocessable Entity",
        "code": "validation_errors",
        "error_details": {option: ["invalid_value"]},
    }
    assert api.get("/subscriptions/s")["subscription"]["status"] == "active"


WRONG = [
    ({"external_id": " "}, {"external_id": ["value_is_mandatory"]}),
    ({"billing_time": "sometimes"}, {"billing_time": ["value_is_invalid"]}),
    ({"subscription_at": "soon"}, {"subscription_at": ["invalid_date"]}),
    ({"ending_at": "2023-01-01T00:00:00Z"}, {"ending_at": ["invalid_date"]}),
    ({"ending_at": 5}, {"ending_at": ["invalid_date"]}),
    ({"name": "x" * 256}, {"name": ["value_is_too_long"]}),
    ({"on_termination_invoice": "maybe"}, {"on_termination_invoice": ["value_is_invalid"]}),
]


@pytest.mark.parametrize(("fields", "details"), WRONG)
def test_a_wrong_subscription_is_refused_and_leaves_nothing_behind(api, fields, details):
    assert api.post("/subscriptions", subscription(**fields), expect=422)["error_details"] == details
    assert not Subscription.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"plan_code": "nope"}, "plan_not_found"),
        ({"plan_code": None}, "plan_not_found"),
        ({"external_customer_id": ""}, "customer_not_found"),
        ({"external_customer_id": None}, "customer_not_found"),
        ({"billing_entity_code": "nope"}, "billing_entity_not_found"),
    ],
)
def test_what_it_names_must_exist(api, fields, code):
    assert api.post("/subscriptions", subscription(**fields), expect=404)["code"] == code
    assert not Customer.objects.exists()


def test_another_organizations_subscriptions_are_not_there(api):
    stranger = an_organization("Other")
    a_subscription(stranger, external_id="theirs", external_customer_id="their-customer")
    for method in ("GET", "PUT", "DELETE"):
        body = {"subscription": {"name": "x"}}
        assert api.call(method, "/subscriptions/theirs", body, expect=404)["code"] == "subscription_not_found"
    assert api.get("/customers/their-customer/subscriptions", expect=404)["code"] == "customer_not_found"
    assert api.get("/subscriptions")["subscriptions"] == []


def test_a_page_of_subscriptions_costs_the_same_for_two_as_for_ten(api):
    counts = []
    for more in (2, 8):
        for _ in range(more):
            a_subscription(api.organization)
        with CaptureQueriesContext(connection) as captured:
            api.get("/subscriptions")
        counts.append(len(captured))
    assert counts[0] == counts[1]
