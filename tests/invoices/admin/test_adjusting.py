"""Fees set by hand in the console: of drafts, and of voided invoices that are made again."""

import pytest
from django.urls import reverse

from customers.models import Organization
from invoices.models import AdjustedFee, Invoice
from invoices.services.void import void_invoice
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.invoices import an_invoice
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def draft(organization) -> Invoice:
    """30.00 for January."""
    a_customer(organization, "acme", invoice_grace_period=5)
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    (draft,) = bill(organization, at=instant("2024-02-02"))
    return draft


def test_a_fee_is_set_and_left_to_itself_again(organization, draft):
    console = Console(organization)
    values = {"fee": draft.fees.get().pk, "units": "0.5", "unit_precise_amount": "", "invoice_display_name": "Half"}
    console.press(draft, "adjust", **values)
    assert "Half is €15.00 now" in console.sentences()
    assert "Set by hand" in words(console.show(draft))
    console.press(draft, "remove_adjustment", adjusted_fee=AdjustedFee.objects.get().pk)
    assert draft.fees.get().amount_cents == 3000
    assert "Set by hand" not in words(console.show(draft))


def test_the_dialog_tells_live_what_the_draft_comes_to(organization, draft):
    values = {"fee": draft.fees.get().pk, "units": "3", "unit_precise_amount": "2.50"}
    preview = reverse("admin:adjustment_preview", args=[draft.pk])
    told = words(Console(organization).browser.post(preview, values).content.decode())
    assert "Fee €7.50 Now €30.00 Total then €7.50" in told
    assert draft.fees.get().amount_cents == 3000


def test_a_voided_invoice_is_made_again(organization):
    voided = an_invoice(a_customer(organization, "acme"), 1000)
    void_invoice(invoice=voided, at=organization.now())
    console, fee = Console(organization), voided.fees.get()
    values = {f"units_{fee.pk}": "3", f"price_{fee.pk}": ""}
    preview = reverse("admin:regeneration_preview", args=[voided.pk])
    told = words(console.browser.post(preview, values).content.decode())
    assert "It was €10.00 Fees €30.00 Total €30.00" in told
    assert Invoice.objects.count() == 1
    console.press(voided, "regenerate", **values)
    made = Invoice.objects.get(voided_invoice=voided)
    assert f"Invoice {made.number} over €30.00 takes its place." in console.sentences()
    assert voided.number in words(console.show(made))
    console.press(voided, "regenerate", expect=403, **values)
