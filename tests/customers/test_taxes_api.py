"""Taxes over the API."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization

pytestmark = pytest.mark.django_db

VAT = {"name": "VAT", "code": "vat_20", "rate": 20}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def test_a_tax_is_created_and_read_again(api):
    created = api.post("/taxes", {"tax": VAT})["tax"]
    assert created["rate"] == 20.0
    assert api.get("/taxes/vat_20")["tax"] == created
    assert api.get("/taxes")["taxes"] == [created]


def test_a_code_can_be_taken_once(api):
    api.post("/taxes", {"tax": VAT})
    answer = api.post("/taxes", {"tax": VAT}, expect=422)
    assert answer["error_details"] == {"code": ["value_already_exist"]}


def test_all_mistakes_are_named_at_once(api):
    answer = api.post("/taxes", {"tax": {"rate": "1e3", "description": None}}, expect=422)
    assert answer == {
        "status": 422,
        "error": "Unprocessable Entity",
        "code": "validation_errors",
        "error_details": {"name": ["value_is_mandatory"], "code": ["value_is_mandatory"], "rate": ["value_is_invalid"]},
    }
    assert api.get("/taxes")["meta"]["total_count"] == 0


def test_an_update_leaves_absent_keys_alone_and_clears_with_null(api):
    api.post("/taxes", {"tax": {**VAT, "description": "value added"}})
    assert api.put("/taxes/vat_20", {"tax": {"rate": 19.6}})["tax"]["description"] == "value added"
    updated = api.put("/taxes/vat_20", {"tax": {"description": None}})["tax"]
    assert (updated["rate"], updated["description"]) == (19.6, None)


def test_a_tax_applied_to_the_organization_is_on_the_default_billing_entity(api):
    created = api.post("/taxes", {"tax": {**VAT, "applied_to_organization": True}})["tax"]
    assert created["applied_to_billing_entities_codes"] == ["default"]
    changed = api.put("/taxes/vat_20", {"tax": {"applied_to_organization": False}})["tax"]
    assert changed["applied_to_billing_entities_codes"] == []


def test_a_deleted_tax_is_gone_and_its_code_is_free(api):
    api.post("/taxes", {"tax": VAT})
    assert api.delete("/taxes/vat_20")["tax"]["code"] == "vat_20"
    assert api.get("/taxes/vat_20", expect=404)["code"] == "tax_not_found"
    api.post("/taxes", {"tax": VAT})


def test_codes_may_hold_dots_and_slashes(api):
    a_tax(api.organization, "eu/vat.20")
    assert api.get("/taxes/eu/vat.20")["tax"]["code"] == "eu/vat.20"
