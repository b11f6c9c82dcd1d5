"""Invoices are found over the API by their number or their customer."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import a_customer, an_organization
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


def test_invoices_are_found_by_number_and_customer_of_their_organization() -> None:
    organization, other = an_organization("Initech"), an_organization("Other")
    invoice = an_invoice(a_customer(organization, "acme-1", name="Acme", email="bills@acme.example"), 700, "EUR")
    an_invoice(a_customer(organization, "globex", name="Globex"), 900, "EUR")
    an_invoice(a_customer(other, "acme-1", name="Acme"), 500, "EUR")
    api = ApiClient(organization)
    for term in (invoice.number, "acm", "ACME-1", "bills@", invoice.number[2:]):
        found = api.get("/invoices", search_term=term)["invoices"]
        assert [each["lago_id"] for each in found] == [str(invoice.id)], term
    assert api.get("/invoices", search_term="nobody")["invoices"] == []
    assert api.get("/invoices", search_term="acme", currency="USD")["invoices"] == []
