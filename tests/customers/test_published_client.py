"""The published Python client, unchanged, against a running server."""

import pytest
from lago_python_client.client import Client as LagoClient
from lago_python_client.exceptions import LagoApiError
from lago_python_client.models import BillingEntityUpdate, Customer, CustomerBillingConfiguration, Organization, Tax
from lago_python_client.models.customer import Metadata, MetadataList

from customers.services.api_key import create_api_key
from tests.support.builders import an_organization

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lago(live_server) -> LagoClient:
    organization = an_organization()
    _, key = create_api_key(organization=organization, at=organization.now())
    return LagoClient(api_key=key, api_url=live_server.url)


def test_taxes_customers_and_settings(lago):
    lago.taxes.create(Tax(name="VAT", code="vat", rate=20.0))
    assert lago.taxes.update(Tax(rate=19.6), "vat").rate == 19.6

    customer = Customer(
        external_id="hooli",
        name="Hooli",
        tax_codes=["vat"],
        metadata=MetadataList(__root__=[Metadata(key="po", value="1", display_in_invoice=True)]),
        billing_configuration=CustomerBillingConfiguration(invoice_grace_period=3),
    )
    created = lago.customers.create(customer)
    assert created.taxes.__root__[0].code == "vat"
    assert created.metadata.__root__[0].value == "1"
    assert lago.customers.find("hooli").billing_configuration.invoice_grace_period == 3
    assert [each.external_id for each in lago.customers.find_all({"per_page": 2})["customers"]] == ["hooli"]
    assert "/portal/" in lago.customers.portal_url("hooli")

    assert lago.organizations.update(Organization(default_currency="EUR", timezone="Europe/Paris")).name == "Acme"
    assert lago.billing_entities.update(BillingEntityUpdate(name="Acme EU"), "default").name == "Acme EU"
    assert lago.billing_entities.find("default").timezone == "Europe/Paris"

    assert lago.customers.destroy("hooli").external_id == "hooli"
    assert lago.taxes.destroy("vat").code == "vat"


def test_a_refusal_reaches_the_client_with_its_details(lago):
    with pytest.raises(LagoApiError) as refusal:
        lago.customers.create(Customer(external_id="c", currency="XXX"))
    assert refusal.value.status_code == 422
    assert refusal.value.response["error_details"] == {"currency": ["value_is_invalid"]}
