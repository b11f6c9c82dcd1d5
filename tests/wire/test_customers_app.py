"""The objects of the ``customers`` app on the wire, key by key."""

import pytest
from lago_python_client.models.billing_entity import BillingEntityResponse
from lago_python_client.models.customer import CustomerResponse
from lago_python_client.models.organization import OrganizationResponse
from lago_python_client.models.tax import TaxResponse

from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization
from tests.support.golden import assert_golden

pytestmark = pytest.mark.django_db

CUSTOMER = {
    "external_id": "hooli",
    "name": "Hooli",
    "customer_type": "company",
    "email": "billing@hooli.example",
    "country": "fr",
    "currency": "EUR",
    "timezone": "Europe/Paris",
    "net_payment_term": 30,
    "tax_codes": ["vat"],
    "shipping_address": {"city": "Lyon", "country": "FR"},
    "billing_configuration": {"invoice_grace_period": 0, "document_locale": "fr"},
    "metadata": [{"key": "po", "value": "4711", "display_in_invoice": True}],
}


@pytest.fixture
def api() -> ApiClient:
    api = ApiClient(an_organization())
    a_tax(api.organization, "vat", 20, applied_to_organization=True)
    api.put("/organizations", {"organization": {"document_number_prefix": "acme"}})
    return api


def test_a_customer(api):
    shown = api.post("/customers", {"customer": CUSTOMER})["customer"]
    assert_golden("customer", shown)
    assert CustomerResponse.__fields__.keys() <= shown.keys()


def test_a_tax(api):
    shown = api.get("/taxes/vat")["tax"]
    assert_golden("tax", shown)
    assert TaxResponse.__fields__.keys() <= shown.keys()


def test_an_organization(api):
    shown = api.get("/organizations")["organization"]
    assert_golden("organization", shown)
    assert OrganizationResponse.__fields__.keys() <= shown.keys()


def test_a_billing_entity(api):
    shown = api.get("/billing_entities/default")["billing_entity"]
    assert_golden("billing_entity", shown)
    assert BillingEntityResponse.__fields__.keys() <= shown.keys()
