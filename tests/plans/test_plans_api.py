"""Plans and their charges over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Plan
from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

BASIC = {"name": "Basic", "code": "basic", "interval": "monthly", "amount_cents": 1000, "amount_currency": "EUR"}
TIERS = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "2", "flat_amount": "0"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "1.5", "flat_amount": "3"},
]


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


@pytest.fixture
def metric_id(api) -> str:
    return str(a_metric(api.organization).pk)


def plan(*charges, **fields):
    return {"plan": {**BASIC, "charges": list(charges), **fields}}


def test_a_plan_with_charges_is_created_and_read_again(api, metric_id):
    graduated = {
        "billable_metric_id": metric_id,
        "charge_model": "graduated",
        "properties": {"graduated_ranges": TIERS},
        "invoice_display_name": "Tokens",
    }
    created = api.post("/plans", plan(graduated))["plan"]
    (charge,) = created["charges"]
    assert (charge["code"], charge["billable_metric_code"]) == ("tokens", "tokens")
    assert charge["properties"] == {"graduated_ranges": TIERS}
    assert api.get("/plans/basic")["plan"] == created
    assert api.get("/plans")["plans"] == [created]


def test_codes_may_hold_dots_and_slashes(api, metric_id):
    charge = {"billable_metric_id": metric_id, "charge_model": "standard", "code": "a/b"}
    api.post("/plans", plan(charge, code="eu/v1.2"))
    assert api.get("/plans/eu/v1.2")["plan"]["code"] == "eu/v1.2"
    assert len(api.get("/plans/eu/v1.2/charges")["charges"]) == 1
    assert api.get("/plans/eu/v1.2/charges/a/b")["charge"]["code"] == "a/b"


def test_an_update_leaves_absent_keys_alone(api):
    api.post("/plans", plan(description="for starters", metadata={"team": "growth"}))
    updated = api.put("/plans/basic", {"plan": {"name": "Renamed"}})["plan"]
    assert (updated["name"], updated["description"], updated["metadata"]) == (
        "Renamed",
        "for starters",
        {"team": "growth"},
    )
    assert api.put("/plans/basic", {"plan": {"description": None}})["plan"]["description"] is None


def test_a_deleted_plan_is_answered_once_more_and_gone(api):
    api.post("/plans", plan())
    assert api.delete("/plans/basic")["plan"]["code"] == "basic"
    assert api.get("/plans/basic", expect=404)["code"] == "plan_not_found"


def test_charges_are_added_changed_and_removed(api, metric_id):
    api.post("/plans", plan())
    standard = {"billable_metric_id": metric_id, "charge_model": "standard", "properties": {"amount": "0.5"}}
    created = api.post("/plans/basic/charges", {"charge": standard})["charge"]
    assert api.get("/plans/basic/charges")["charges"] == [created]
    changed = api.put("/plans/basic/charges/tokens", {"charge": {"properties": {"amount": "0.7"}}})["charge"]
    assert changed["properties"] == {"amount": "0.7"}
    assert api.delete("/plans/basic/charges/tokens")["charge"]["code"] == "tokens"
    assert api.get("/plans/basic/charges/tokens", expect=404)["code"] == "charge_not_found"


def test_taxes_are_shown_on_plan_and_charge(api, metric_id):
    a_tax(api.organization, "vat")
    taxed = {"billable_metric_id": metric_id, "charge_model": "standard", "tax_codes": ["vat"]}
    created = api.post("/plans", plan(taxed, tax_codes=["vat"]))["plan"]
    assert [tax["code"] for tax in created["taxes"]] == ["vat"]
    assert [tax["code"] for tax in created["charges"][0]["taxes"]] == ["vat"]


WRONG_PLANS = [
    ({"name": ""}, {"name": ["value_is_mandatory"]}),
    ({"code": None}, {"code": ["value_is_mandatory"]}),
    ({"interval": "daily"}, {"interval": ["value_is_invalid"]}),
    ({"amount_cents": -1}, {"amount_cents": ["value_is_out_of_range"]}),
    ({"amount_cents": "1e3"}, {"amount_cents": ["value_is_invalid"]}),
    ({"amount_currency": "XXX"}, {"amount_currency": ["value_is_invalid"]}),
    ({"trial_period": -1}, {"trial_period": ["value_is_out_of_range"]}),
    ({"metadata": {"k": {"nested": 1}}}, {"metadata": ["value_is_invalid"]}),
    ({"metadata": {"k" * 101: "v"}}, {"metadata": ["value_is_invalid"]}),
    ({"metadata": {str(key): "v" for key in range(51)}}, {"metadata": ["value_is_invalid"]}),
    ({"charges": "none"}, {"charges": ["value_is_invalid"]}),
]


@pytest.mark.parametrize(("fields", "details"), WRONG_PLANS)
def test_a_wrong_plan_is_refused_and_leaves_nothing_behind(api, fields, details):
    answer = api.post("/plans", plan(**fields), expect=422)
    assert (answer["code"], answer["error_details"]) == ("validation_errors", details)
    assert not Plan.objects.exists()


GAP = {"graduated_ranges": TIERS[1:]}
NO_SIZE = {"amount": "1", "package_size": 0, "free_units": 0}
WRONG_CHARGES = [
    ({"charge_model": None}, {"charge_model": ["value_is_mandatory"]}),
    ({"charge_model": "custom", "properties": {}}, {"charge_model": ["value_is_invalid"]}),
    ({"properties": {"amount": "-1"}}, {"properties": ["invalid_amount"]}),
    ({"properties": {"amount": "NaN"}}, {"properties": ["invalid_amount"]}),
    ({"properties": []}, {"charges.0.properties": ["value_is_invalid"]}),
    (
        {"charge_model": "graduated", "properties": GAP},
        {"properties": ["invalid_graduated_ranges"]},
    ),
    (
        {"charge_model": "package", "properties": NO_SIZE},
        {"properties": ["invalid_package_size"]},
    ),
    ({"prorated": True}, {"prorated": ["invalid_billable_metric_or_charge_model"]}),
    ({"accepts_target_wallet": True}, {"accepts_target_wallet": ["value_is_invalid"]}),
    ({"invoiceable": False}, {"invoiceable": ["must_be_true_unless_pay_in_advance"]}),
    ({"min_amount_cents": -5}, {"charges.0.min_amount_cents": ["value_is_out_of_range"]}),
]


@pytest.mark.parametrize(("fields", "details"), WRONG_CHARGES)
def test_a_wrong_charge_is_refused_with_its_plan(api, metric_id, fields, details):
    charge = {"billable_metric_id": metric_id, "charge_model": "standard", "properties": {"amount": "1"}, **fields}
    assert api.post("/plans", plan(charge), expect=422)["error_details"] == details
    assert not Plan.objects.exists()


@pytest.mark.parametrize("metric", [None, "", "nonsense", 5, "01a204d8-1049-7631-b0d9-4d7c13f67129"])
def test_an_unknown_metric_is_not_found(api, metric):
    charge = {"billable_metric_id": metric, "charge_model": "standard"}
    assert api.post("/plans", plan(charge), expect=404)["code"] == "billable_metric_not_found"
    assert not Plan.objects.exists()


def test_a_body_without_root_is_a_bad_request(api):
    assert api.post("/plans", {"name": "x"}, expect=400)["error"].startswith("BadRequest: param is missing")


def test_another_organizations_plans_are_not_there(api, metric_id):
    stranger = ApiClient(an_organization("Other"))
    theirs = a_plan(stranger.organization, "theirs", charges=[a_charge(a_metric(stranger.organization))])
    a_subscription(stranger.organization, theirs)
    for method, path in [
        ("GET", "/plans/theirs"),
        ("PUT", "/plans/theirs"),
        ("DELETE", "/plans/theirs"),
        ("GET", "/plans/theirs/charges"),
        ("POST", "/plans/theirs/charges"),
        ("GET", "/plans/theirs/charges/tokens"),
        ("DELETE", "/plans/theirs/charges/tokens"),
    ]:
        body = {"plan": {"name": "x"}, "charge": {"code": "x"}}
        assert api.call(method, path, body, expect=404)["code"] == "plan_not_found"
    assert api.get("/plans")["plans"] == []


def test_a_page_of_plans_costs_the_same_for_two_as_for_ten(api):
    a_tax(api.organization)
    counts = []
    for more in (2, 8):
        for number in range(more):
            metric = a_metric(api.organization, f"metric-{more}-{number}")
            a_plan(api.organization, charges=[a_charge(metric, tax_codes=["vat"])] * 2, tax_codes=["vat"])
        with CaptureQueriesContext(connection) as captured:
            api.get("/plans")
        counts.append(len(captured))
    assert counts[0] == counts[1]
