"""The organization and its billing entities over the API."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization("Acme"))


def test_settings_of_the_organization_are_those_of_its_default_billing_entity(api):
    changed = api.put(
        "/organizations",
        {
            "organization": {
                "legal_name": "Acme Inc",
                "timezone": "Europe/Berlin",
                "default_currency": "EUR",
                "email_settings": ["invoice.finalized"],
                "billing_configuration": {"invoice_grace_period": 3, "invoice_footer": "Thanks"},
            }
        },
    )["organization"]
    assert changed["billing_configuration"]["invoice_grace_period"] == 3
    entity = api.get("/billing_entities/default")["billing_entity"]
    for name in ("legal_name", "timezone", "default_currency", "email_settings"):
        assert entity[name] == changed[name]
    assert entity["invoice_footer"] == "Thanks"


def test_numbering_per_organization_is_numbering_per_billing_entity(api):
    body = {"organization": {"document_numbering": "per_organization", "document_number_prefix": "org"}}
    changed = api.put("/organizations", body)["organization"]
    assert (changed["document_numbering"], changed["document_number_prefix"]) == ("per_organization", "ORG")
    entity = api.get("/billing_entities/default")["billing_entity"]
    assert entity["document_numbering"] == "per_billing_entity"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", None, "value_is_mandatory"),
        ("default_currency", "ABC", "value_is_invalid"),
        ("document_number_prefix", "x" * 11, "value_is_too_long"),
        ("document_number_prefix", " ", "value_is_mandatory"),
        ("document_numbering", "per_moon", "value_is_invalid"),
        ("email_settings", "invoice.finalized", "value_is_invalid"),
        ("timezone", "", "value_is_mandatory"),
    ],
)
def test_a_wrong_setting_is_refused_and_changes_nothing(api, field, value, code):
    before = api.get("/organizations")
    answer = api.put("/organizations", {"organization": {"legal_name": "New", field: value}}, expect=422)
    assert answer["error_details"] == {field: [code]}
    assert api.get("/organizations") == before


def test_a_further_billing_entity_has_its_own_prefix_and_taxes(api):
    a_tax(api.organization, "vat")
    body = {"code": "acme.eu/1", "name": "Europe", "default_currency": "EUR", "tax_codes": ["vat"]}
    created = api.post("/billing_entities", {"billing_entity": body})["billing_entity"]
    # 3-I1: three letters of the name, four characters of the id
    assert created["document_number_prefix"] == f"EUR-{created['lago_id'][-4:].upper()}"
    assert created["is_default"] is False
    assert [tax["code"] for tax in created["taxes"]] == ["vat"]
    assert api.get("/billing_entities/acme.eu/1")["billing_entity"] == created
    codes = [entity["code"] for entity in api.get("/billing_entities")["billing_entities"]]
    assert codes == ["default", "acme.eu/1"]


def test_a_billing_entity_keeps_its_code(api):
    changed = api.put("/billing_entities/default", {"billing_entity": {"name": "New", "code": "other"}})
    assert (changed["billing_entity"]["name"], changed["billing_entity"]["code"]) == ("New", "default")


def test_the_code_of_a_billing_entity_can_be_taken_once(api):
    answer = api.post("/billing_entities", {"billing_entity": {"code": "default", "name": "x"}}, expect=422)
    assert answer["error_details"] == {"code": ["value_already_exist"]}


def test_customers_can_be_billed_by_a_further_entity(api):
    api.post("/billing_entities", {"billing_entity": {"code": "eu", "name": "Europe", "timezone": "Europe/Paris"}})
    body = {"customer": {"external_id": "c", "billing_entity_code": "eu"}}
    customer = api.post("/customers", body)["customer"]
    assert (customer["billing_entity_code"], customer["applicable_timezone"]) == ("eu", "Europe/Paris")
