"""Filters of charges over the API."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

FILTERS = "/plans/basic/charges/tokens/filters"
EU = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}, "invoice_display_name": "Europe"}


@pytest.fixture
def api():
    api = ApiClient(an_organization())
    metric = a_metric(api.organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    a_plan(api.organization, "basic", charges=[a_charge(metric, filters=[EU])])
    return api


def test_filters_are_shown_on_their_charge_and_by_themselves(api):
    (shown,) = api.get(FILTERS)["filters"]
    assert shown == {
        "lago_id": shown["lago_id"],
        "invoice_display_name": "Europe",
        "properties": {"amount": "2"},
        "values": {"region": ["eu"]},
        "created_at": "2024-01-01T00:00:00Z",
    }
    assert api.get(f"{FILTERS}/{shown['lago_id']}")["filter"] == shown
    assert api.get("/plans/basic/charges/tokens")["charge"]["filters"] == [shown]


def test_filters_are_added_changed_and_removed(api):
    us = {"values": {"region": ["us"]}, "properties": {"amount": "3"}}
    created = api.post(FILTERS, {"filter": us})["filter"]
    path = f"{FILTERS}/{created['lago_id']}"
    changed = api.put(path, {"filter": {"properties": {"amount": "4"}}})["filter"]
    assert (changed["properties"], changed["values"]) == ({"amount": "4"}, {"region": ["us"]})
    assert api.delete(path)["filter"]["lago_id"] == created["lago_id"]
    assert api.get(path, expect=404)["code"] == "charge_filter_not_found"
    assert len(api.get(FILTERS)["filters"]) == 1


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"values": None}, {"values": ["value_is_mandatory"]}),
        ({"values": {}}, {"values": ["value_is_mandatory"]}),
        ({"values": {"region": "eu"}}, {"values": ["value_is_invalid"]}),
        ({"values": {"region": [True]}}, {"values": ["value_is_invalid"]}),
        ({"values": {"region": ["mars"]}}, {"values": ["value_is_invalid"]}),
        ({"values": ["eu"]}, {"values": ["value_is_invalid"]}),
        ({"properties": {"amount": "1e3"}}, {"properties": ["invalid_amount"]}),
        ({"properties": 5}, {"properties": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_filter_is_refused(api, fields, details):
    assert (
        api.post(FILTERS, {"filter": {**EU, "values": {"region": ["us"]}, **fields}}, expect=422)["error_details"]
        == details
    )
    assert len(api.get(FILTERS)["filters"]) == 1


@pytest.mark.parametrize("filter_id", ["nonsense", "01a204d8-1049-7631-b0d9-4d7c13f67129"])
def test_an_unknown_filter_is_not_found(api, filter_id):
    assert api.get(f"{FILTERS}/{filter_id}", expect=404)["code"] == "charge_filter_not_found"


def test_another_organizations_filters_are_not_there(api):
    (theirs,) = api.get(FILTERS)["filters"]
    stranger = ApiClient(an_organization("Other"))
    for method in ("GET", "PUT", "DELETE"):
        answer = stranger.call(method, f"{FILTERS}/{theirs['lago_id']}", {"filter": EU}, expect=404)
        assert answer["code"] == "plan_not_found"
    assert stranger.get(FILTERS, expect=404)["code"] == "plan_not_found"
