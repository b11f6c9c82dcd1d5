"""Add-ons over the API."""

from typing import Any

import pytest
from django.db import IntegrityError
from lago_python_client.models.add_on import AddOnResponse

from plans.models import AddOn
from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization

pytestmark = pytest.mark.django_db

SETUP = {"name": "Setup", "code": "setup", "amount_cents": 500, "amount_currency": "EUR"}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def create(api: ApiClient, expect: int = 200, **values: Any) -> Any:
    return api.post("/add_ons", {"add_on": {**SETUP, **values}}, expect=expect)


def test_an_add_on_is_answered_with_all_its_fields(api: ApiClient) -> None:
    a_tax(api.organization, "vat")
    created = create(api, description="Once", invoice_display_name="Set-up", tax_codes=["vat"])["add_on"]
    assert api.get("/add_ons/setup")["add_on"] == created
    assert api.get("/add_ons")["add_ons"] == [created]
    assert [tax["code"] for tax in created["taxes"]] == ["vat"]
    AddOnResponse.parse_obj(created)
    assert {name: created[name] for name in ("description", "invoice_display_name", "created_at", *SETUP)} == {
        **SETUP,
        "description": "Once",
        "invoice_display_name": "Set-up",
        "created_at": "2024-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("values", "details"),
    [
        ({"name": None, "code": None}, {"name": ["value_is_mandatory"], "code": ["value_is_mandatory"]}),
        ({"amount_cents": 0}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"amount_cents": None}, {"amount_cents": ["value_is_mandatory"]}),
        ({"amount_currency": "XXL"}, {"amount_currency": ["value_is_invalid"]}),
    ],
)
def test_bad_values_are_refused_by_name(api: ApiClient, values: Any, details: Any) -> None:
    assert create(api, expect=422, **values)["error_details"] == details


def test_an_unknown_tax_is_not_found_and_nothing_is_created(api: ApiClient) -> None:
    assert create(api, expect=404, tax_codes=["vat"])["code"] == "tax_not_found"
    assert not AddOn.objects.exists()


def test_an_add_on_changes_in_what_is_given(api: ApiClient) -> None:
    create(api, description="Once")
    changed = api.put("/add_ons/setup", {"add_on": {"amount_cents": 700, "description": None}})["add_on"]
    assert (changed["amount_cents"], changed["description"], changed["name"]) == (700, None, "Setup")


def test_a_code_is_unique_until_its_add_on_is_deleted(api: ApiClient) -> None:
    create(api)
    assert create(api, expect=422)["error_details"] == {"code": ["value_already_exist"]}
    assert api.delete("/add_ons/setup")["add_on"]["code"] == "setup"
    assert api.get("/add_ons/setup", expect=404)["code"] == "add_on_not_found"
    create(api)


def test_an_add_on_of_another_organization_is_not_found(api: ApiClient) -> None:
    create(api)
    stranger = ApiClient(an_organization())
    stranger.get("/add_ons/setup", expect=404)
    stranger.put("/add_ons/setup", {"add_on": {"name": "Mine"}}, expect=404)
    stranger.delete("/add_ons/setup", expect=404)
    assert stranger.get("/add_ons")["add_ons"] == []


def test_the_table_refuses_an_add_on_for_nothing(api: ApiClient) -> None:
    with pytest.raises(IntegrityError, match="add_on_amount_cents_gt_0"):
        AddOn.objects.create(organization=api.organization, created_at=api.organization.now(), code="x", amount_cents=0)
