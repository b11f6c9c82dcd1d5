"""Prices of single subscriptions over the API."""

from typing import Any

import pytest

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

PATH = "/subscriptions/s/charges/tokens"
EU = {"values": {"region": ["eu"]}, "properties": {"amount": "3"}}
US = {"values": {"region": ["us"]}, "properties": {"amount": "4"}}


@pytest.fixture
def api() -> ApiClient:
    organization = an_organization()
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    plan = a_plan(organization, "basic", charges=[a_charge(metric, "2", filters=[EU])])
    a_subscription(organization, plan, "s")
    return ApiClient(organization)


def of_plan(api: ApiClient) -> Any:
    return api.get("/plans/basic/charges/tokens")["charge"]


def test_a_subscription_has_the_charges_of_its_plan(api: ApiClient) -> None:
    assert api.get("/subscriptions/s/charges")["charges"] == [of_plan(api)]
    assert api.get(PATH)["charge"] == of_plan(api)
    assert api.get(f"{PATH}/filters")["filters"] == of_plan(api)["filters"]
    api.get("/subscriptions/s/charges/none", expect=404)
    assert api.get("/subscriptions/none/charges", expect=404)["code"] == "subscription_not_found"


def test_a_price_of_its_own_leaves_the_plan_alone(api: ApiClient) -> None:
    before = of_plan(api)
    changed = api.put(PATH, {"charge": {"properties": {"amount": "1"}, "min_amount_cents": 100}})["charge"]
    assert (changed["properties"], changed["min_amount_cents"]) == ({"amount": "1"}, 100)
    assert changed["lago_parent_id"] == before["lago_id"]
    assert api.get(PATH)["charge"] == changed
    assert of_plan(api) == before
    assert api.put(PATH, {"charge": {"properties": {"amount": "x"}}}, expect=422)["error_details"] == {
        "properties": ["invalid_amount"]
    }


def test_filters_of_its_own(api: ApiClient) -> None:
    before = of_plan(api)
    created = api.post(f"{PATH}/filters", {"filter": US})["filter"]
    assert api.get(f"{PATH}/filters/{created['lago_id']}")["filter"] == created
    (first, second) = api.get(f"{PATH}/filters")["filters"]
    assert (first["values"], second) == (EU["values"], created)
    changed = api.put(f"{PATH}/filters/{first['lago_id']}", {"filter": {"properties": {"amount": "9"}}})["filter"]
    assert (changed["lago_id"], changed["properties"]) == (first["lago_id"], {"amount": "9"})
    api.delete(f"{PATH}/filters/{created['lago_id']}")
    assert api.get(f"{PATH}/filters")["filters"] == [changed]
    assert of_plan(api) == before


def test_the_plans_filter_is_copied_before_it_is_changed(api: ApiClient) -> None:
    (plans,) = of_plan(api)["filters"]
    changed = api.put(f"{PATH}/filters/{plans['lago_id']}", {"filter": {"properties": {"amount": "9"}}})["filter"]
    assert changed["lago_id"] != plans["lago_id"]
    assert (changed["values"], changed["properties"]) == (EU["values"], {"amount": "9"})
    assert of_plan(api)["filters"] == [plans]
