"""An issuer in the EU through the published client, unchanged: taxes by the rules, custom sections, dunning."""

import httpx
import pytest
from lago_python_client.client import Client
from lago_python_client.models import BillingEntityUpdate, Customer, OneOffInvoice
from lago_python_client.models.add_on import AddOn
from lago_python_client.models.invoice import InvoiceFee, InvoiceFeesList

pytestmark = pytest.mark.django_db(transaction=True)


def beyond_the_client(account, path, body):
    """What the reference system has only in its console."""
    headers = {"Authorization": f"Bearer {account.api_key}"}
    httpx.post(f"{account.url}/api/v1{path}", json=body, headers=headers, timeout=60).raise_for_status()


def test_a_french_business_of_a_german_issuer(account):
    lago = Client(api_key=account.api_key, api_url=account.url)
    section = {"code": "terms", "name": "Terms", "display_name": "Terms of payment", "details": "At once."}
    beyond_the_client(account, "/invoice_custom_sections", {"invoice_custom_section": section})
    threshold = {"currency": "EUR", "amount_cents": 1000}
    campaign = {"code": "friendly", "name": "Friendly", "thresholds": [threshold], "applied_to_organization": True}
    beyond_the_client(account, "/dunning_campaigns", {"dunning_campaign": campaign})
    issuer = BillingEntityUpdate(
        name="Acme", country="DE", eu_tax_management=True, invoice_custom_section_codes=["terms"]
    )
    entity = lago.billing_entities.update(issuer, "default")
    assert [each.code for each in entity.selected_invoice_custom_sections.__root__] == ["terms"]

    french = Customer(
        external_id="acme", country="FR", tax_identification_number="FR40303265045", email="a@acme.test", currency="EUR"
    )
    customer = lago.customers.create(french)
    assert [tax.code for tax in customer.taxes.__root__] == ["lago_eu_reverse_charge"]
    lago.add_ons.create(AddOn(name="Setup", code="setup", amount_cents=5000, amount_currency="EUR"))
    fees = InvoiceFeesList(__root__=[InvoiceFee(add_on_code="setup")])
    invoice = lago.invoices.create(OneOffInvoice(external_customer_id="acme", currency="EUR", fees=fees))
    assert (invoice.taxes_amount_cents, invoice.total_amount_cents) == (0, 5000)
    assert [each.display_name for each in invoice.applied_invoice_custom_sections.__root__] == ["Terms of payment"]

    account.move_clock("2024-01-10T00:00:00Z")
    # Overdue on the 2nd, asked then and a week later.
    requests = lago.payment_requests.find_all()["payment_requests"]
    assert [(each.amount_cents, each.created_at[:10]) for each in requests] == [
        (5000, "2024-01-09"),
        (5000, "2024-01-02"),
    ]
