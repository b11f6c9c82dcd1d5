"""What a dialog says of the amounts while they are typed stands beside them."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Organization
from invoices.models import CreditNote
from tests.support.builders import a_customer, a_tax
from tests.support.invoices import an_invoice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_credit_note_is_estimated_while_its_amount_is_typed(page: Page, organization: Organization) -> None:
    a_tax(organization, applied_to_organization=True)
    invoice = an_invoice(a_customer(organization, "acme"), 10000)
    page.goto(reverse("admin:invoices_invoice_do_one", args=[invoice.pk, "credit"]))

    page.locator("input[name^=fee_]").fill("50.00")

    # 50.00 and 20 % tax.
    expect(page.get_by_text("€60.00").first).to_be_visible()
    page.locator("form").get_by_role("button", name="Credit note").click()
    page.wait_for_url(f"**{invoice.pk}/change/")
    assert CreditNote.objects.get().total_amount_cents == 6000
