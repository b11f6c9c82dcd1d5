"""Coupons over the API, and when one can be applied."""

from typing import Any

import pytest
from lago_python_client.models.coupon import CouponResponse

from plans.models import AppliedCoupon, Coupon
from plans.services.coupon import expire_coupons, terminate_coupon
from tests.support.api import ApiClient
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon
from tests.support.plans import a_plan
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

FIVE = {
    "name": "Five",
    "code": "five",
    "coupon_type": "fixed_amount",
    "amount_cents": 500,
    "amount_currency": "EUR",
    "frequency": "once",
    "expiration": "no_expiration",
}
TENTH = {**FIVE, "coupon_type": "percentage", "percentage_rate": "10", "amount_cents": None, "amount_currency": None}
MANDATORY, OUT_OF_RANGE, INVALID = ["value_is_mandatory"], ["value_is_out_of_range"], ["value_is_invalid"]


@pytest.fixture
def api() -> ApiClient:
    organization = an_organization()
    a_customer(organization, "acme", currency="EUR")
    return ApiClient(organization)


def create(api: ApiClient, expect: int = 200, **values: Any) -> Any:
    return api.post("/coupons", {"coupon": {**FIVE, **values}}, expect=expect)


def apply(api: ApiClient, expect: int = 200, **values: Any) -> Any:
    body = {"external_customer_id": "acme", "coupon_code": "five", **values}
    return api.post("/applied_coupons", {"applied_coupon": body}, expect=expect)


def test_a_coupon_is_answered_with_all_its_fields(api: ApiClient) -> None:
    a_plan(api.organization, "basic")
    created = create(api, description="Welcome", reusable=False, applies_to={"plan_codes": ["basic"]})["coupon"]
    assert api.get("/coupons/five")["coupon"] == created
    assert api.get("/coupons")["coupons"] == [created]
    CouponResponse.parse_obj(created)
    assert {name: created[name] for name in ("description", "reusable", "limited_plans", "plan_codes", *FIVE)} == {
        **FIVE,
        "description": "Welcome",
        "reusable": False,
        "limited_plans": True,
        "plan_codes": ["basic"],
    }


@pytest.mark.parametrize(
    ("values", "details"),
    [
        ({"name": None, "code": None}, {"name": MANDATORY, "code": MANDATORY}),
        ({"amount_cents": None}, {"amount_cents": MANDATORY}),
        ({"amount_currency": None}, {"amount_currency": MANDATORY}),
        ({"amount_cents": 0}, {"amount_cents": OUT_OF_RANGE}),
        ({"amount_currency": "XXL"}, {"amount_currency": INVALID}),
        ({"coupon_type": "percentage"}, {"percentage_rate": MANDATORY}),
        ({**TENTH, "percentage_rate": "-1"}, {"percentage_rate": OUT_OF_RANGE}),
        ({"coupon_type": "gift"}, {"coupon_type": INVALID}),
        ({"frequency": "recurring"}, {"frequency_duration": MANDATORY}),
        ({"frequency": "recurring", "frequency_duration": 0}, {"frequency_duration": OUT_OF_RANGE}),
        ({"frequency": "sometimes"}, {"frequency": INVALID}),
        ({"expiration": "time_limit"}, {"expiration_at": ["invalid_date"]}),
        ({"expiration": "time_limit", "expiration_at": "2023-12-31T00:00:00Z"}, {"expiration_at": ["invalid_date"]}),
        ({"expiration": "time_limit", "expiration_at": "soon"}, {"expiration_at": ["invalid_date"]}),
    ],
)
def test_bad_values_are_refused_by_name(api: ApiClient, values: Any, details: Any) -> None:
    assert create(api, expect=422, **values)["error_details"] == details
    assert not Coupon.objects.exists()


def test_a_code_is_used_once(api: ApiClient) -> None:
    create(api)
    assert create(api, expect=422)["error_details"] == {"code": ["value_already_exist"]}


def test_limits_name_plans_or_metrics_that_exist(api: ApiClient) -> None:
    a_plan(api.organization, "basic")
    a_metric(api.organization, "tokens")
    assert create(api, expect=404, applies_to={"plan_codes": ["none"]})["code"] == "plans_not_found"
    unknown = create(api, expect=404, applies_to={"billable_metric_codes": ["tokens", "none"]})
    assert unknown["code"] == "billable_metrics_not_found"
    both = {"plan_codes": ["basic"], "billable_metric_codes": ["tokens"]}
    refused = create(api, expect=405, applies_to=both)
    assert refused["code"] == "only_one_limitation_type_per_coupon_allowed"
    assert not Coupon.objects.exists()


def test_before_it_is_applied_everything_changes(api: ApiClient) -> None:
    a_metric(api.organization, "tokens")
    create(api)
    body = {**TENTH, "code": "ten", "applies_to": {"billable_metric_codes": ["tokens"]}}
    changed = api.put("/coupons/five", {"coupon": body})["coupon"]
    assert (changed["percentage_rate"], changed["amount_cents"], changed["amount_currency"]) == ("10.0", None, None)
    assert (changed["code"], changed["billable_metric_codes"]) == ("ten", ["tokens"])


def test_once_applied_only_its_name_description_and_expiration_change(api: ApiClient) -> None:
    create(api)
    apply(api)
    body = {"name": "Six", "amount_cents": 600, "expiration": "time_limit", "expiration_at": "2024-02-01T00:00:00Z"}
    changed = api.put("/coupons/five", {"coupon": body})["coupon"]
    assert (changed["name"], changed["amount_cents"]) == ("Six", 500)
    assert changed["expiration_at"] == "2024-02-01T00:00:00Z"


def test_deleting_a_coupon_ends_it_where_it_was_applied(api: ApiClient) -> None:
    create(api)
    apply(api)
    assert api.delete("/coupons/five")["coupon"]["code"] == "five"
    assert api.get("/coupons/five", expect=404)["code"] == "coupon_not_found"
    assert AppliedCoupon.objects.get().status == "terminated"
    create(api)  # the code is free again


def test_applying_answers_its_terms(api: ApiClient) -> None:
    coupon = create(api)["coupon"]
    applied = apply(api)["applied_coupon"]
    assert api.get("/applied_coupons", external_customer_id="acme")["applied_coupons"] == [applied]
    assert api.get("/customers/acme/applied_coupons")["applied_coupons"] == [applied]
    shown = ("lago_coupon_id", "coupon_code", "coupon_name", "status", "amount_cents", "amount_cents_remaining")
    assert [applied[name] for name in shown] == [coupon["lago_id"], "five", "Five", "active", 500, 500]
    assert applied["credits"] == []


def test_terms_can_differ_for_a_customer(api: ApiClient) -> None:
    create(api)
    terms = {"amount_cents": 700, "amount_currency": "USD", "frequency": "recurring", "frequency_duration": 3}
    applied = apply(api, **terms)["applied_coupon"]
    assert {name: applied[name] for name in terms} == terms
    assert (applied["frequency_duration_remaining"], applied["amount_cents_remaining"]) == (3, None)


def test_a_percentage_has_no_amount(api: ApiClient) -> None:
    create(api, **TENTH)
    applied = apply(api, percentage_rate="20", amount_cents=100, amount_currency="EUR")["applied_coupon"]
    assert (applied["percentage_rate"], applied["amount_cents"], applied["amount_currency"]) == ("20.0", None, None)


def test_a_coupon_that_becomes_recurring_needs_a_duration(api: ApiClient) -> None:
    create(api)
    refused = apply(api, expect=422, frequency="recurring")
    assert refused["error_details"] == {"frequency_duration": MANDATORY}


def test_a_recurring_coupon_can_be_applied_for_once(api: ApiClient) -> None:
    create(api, frequency="recurring", frequency_duration=3)
    applied = apply(api, frequency="once")["applied_coupon"]
    assert (applied["frequency_duration"], applied["frequency_duration_remaining"]) == (None, None)


def test_unknown_customers_and_coupons_are_not_found(api: ApiClient) -> None:
    create(api)
    assert apply(api, expect=404, external_customer_id="nobody")["code"] == "customer_not_found"
    assert apply(api, expect=404, coupon_code="none")["code"] == "coupon_not_found"
    assert apply(api, expect=404, external_customer_id="nobody", coupon_code="none")["code"] == "customer_not_found"


def test_a_terminated_or_expired_coupon_cannot_be_applied(api: ApiClient) -> None:
    terminate_coupon(coupon=a_coupon(api.organization, "ended"), at=api.organization.now())
    a_coupon(api.organization, "short", expiration="time_limit", expiration_at=instant("2024-01-02"))
    assert apply(api, expect=404, coupon_code="ended")["code"] == "coupon_not_found"
    apply(api, coupon_code="short")
    api.organization.change(at=instant("2024-01-02"), test_clock_at=instant("2024-01-02"))
    assert apply(api, expect=404, coupon_code="short")["code"] == "coupon_not_found"


def test_an_expired_coupon_is_terminated_and_goes_on_where_it_was_applied(api: ApiClient) -> None:
    a_coupon(api.organization, "short", expiration="time_limit", expiration_at=instant("2024-01-02"))
    apply(api, coupon_code="short")
    assert expire_coupons(organization=api.organization, at=instant("2024-01-02")) == 1
    assert expire_coupons(organization=api.organization, at=instant("2024-01-02")) == 0
    assert api.get("/coupons/short")["coupon"]["terminated_at"] == "2024-01-02T00:00:00Z"
    assert AppliedCoupon.objects.get().status == "active"


def test_a_coupon_that_is_not_reusable_is_applied_once_to_a_customer(api: ApiClient) -> None:
    create(api, reusable=False)
    applied = apply(api)["applied_coupon"]
    api.delete(f"/customers/acme/applied_coupons/{applied['lago_id']}")
    refused = apply(api, expect=422)
    assert refused["error_details"] == {"coupon": ["coupon_is_not_reusable"]}
    a_customer(api.organization, "other")
    apply(api, external_customer_id="other")


def test_a_reusable_coupon_is_applied_again(api: ApiClient) -> None:
    create(api)
    apply(api)
    apply(api)
    assert AppliedCoupon.objects.count() == 2


@pytest.mark.parametrize("kind", ["plan_codes", "billable_metric_codes"])
def test_limited_coupons_for_the_same_thing_do_not_go_together(api: ApiClient, kind: str) -> None:
    for code in ("one", "two"):
        a_plan(api.organization, code)
        a_metric(api.organization, code)
    create(api, applies_to={kind: ["one", "two"]})
    create(api, code="other", applies_to={kind: ["two"]})
    first = apply(api)["applied_coupon"]
    assert apply(api, expect=405, coupon_code="other")["code"] == "plan_overlapping"
    assert apply(api, expect=405)["code"] == "plan_overlapping"
    api.delete(f"/customers/acme/applied_coupons/{first['lago_id']}")
    apply(api, coupon_code="other")


def test_coupons_limited_to_plans_and_to_metrics_go_together(api: ApiClient) -> None:
    a_plan(api.organization, "one")
    a_metric(api.organization, "one")
    create(api, applies_to={"plan_codes": ["one"]})
    create(api, code="other", applies_to={"billable_metric_codes": ["one"]})
    apply(api)
    apply(api, coupon_code="other")
    create(api, code="unlimited")
    apply(api, coupon_code="unlimited")


def test_an_applied_coupon_is_removed_and_stays_removed(api: ApiClient) -> None:
    create(api)
    applied = apply(api)["applied_coupon"]
    path = f"/customers/acme/applied_coupons/{applied['lago_id']}"
    removed = api.delete(path)["applied_coupon"]
    assert (removed["status"], removed["terminated_at"]) == ("terminated", "2024-01-01T00:00:00Z")
    assert api.delete(path)["applied_coupon"] == removed
    assert api.delete("/customers/acme/applied_coupons/none", expect=404)["code"] == "applied_coupon_not_found"


def test_applied_coupons_are_filtered(api: ApiClient) -> None:
    create(api)
    create(api, code="other")
    ended = apply(api)["applied_coupon"]
    apply(api, coupon_code="other")
    api.delete(f"/customers/acme/applied_coupons/{ended['lago_id']}")

    def codes(**query: Any) -> list[str]:
        return [each["coupon_code"] for each in api.get("/applied_coupons", **query)["applied_coupons"]]

    assert codes() == ["other", "five"]
    assert codes(status="active") == ["other"]
    assert codes(**{"coupon_code[]": "five"}) == ["five"]
    assert codes(external_customer_id="nobody") == []
    assert api.get("/customers/nobody/applied_coupons", expect=404)["code"] == "customer_not_found"


def test_a_customer_without_a_currency_gets_the_coupons(api: ApiClient) -> None:
    customer = a_customer(api.organization, "new")
    create(api, amount_currency="JPY")
    apply(api, external_customer_id="new")
    customer.refresh_from_db()
    assert customer.currency == "JPY"
