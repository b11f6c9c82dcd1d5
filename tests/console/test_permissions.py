"""Who may do what: Django's permissions, on lists, pages and every button."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from customers.models import Tax
from invoices.models import Invoice, InvoiceStatus
from plans.models import SubscriptionStatus
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, an_operator, words
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


def test_nobody_gets_in_without_signing_in() -> None:
    for name in ("index", "invoices_invoice_changelist", "events", "two_step", "search"):
        response = Client().get(reverse(f"admin:{name}"))
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_who_is_no_staff_is_sent_to_sign_in_again() -> None:
    customer = User.objects.create_user("customer")
    browser = Client()
    browser.force_login(customer, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("admin:index")).status_code == 302


def test_staff_without_permissions_sees_an_empty_overview() -> None:
    organization = an_organization()
    nobody = User.objects.create_user("nobody", is_staff=True)
    console = Console(organization, nobody)
    shown = words(console.open("index"))
    assert "Your roles show you nothing here yet" in shown
    assert not any(word in shown for word in ("Invoices", "Overdue", "Events today", "Set aside"))
    for name in ("customers_customer_changelist", "invoices_invoice_changelist", "events", "unmatched_events"):
        console.open(name, expect=403)


def test_who_may_view_an_invoice_may_download_but_not_finalize_it() -> None:
    organization = an_organization()
    customer = a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id=customer.external_id)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    reader = Console(organization, an_operator("invoices.view_invoice", username="reader"))
    shown = reader.show(invoice)
    assert "Download PDF" in shown
    assert "Finalize" not in shown
    reader.press(invoice, "finalize", expect=403)
    assert Invoice.objects.get(pk=invoice.pk).status == InvoiceStatus.DRAFT
    assert reader.press(invoice, "pdf", expect=200).content.startswith(b"%PDF")


def test_who_may_only_view_subscriptions_can_neither_make_nor_end_one() -> None:
    organization = an_organization()
    subscription = a_subscription(organization)
    reader = Console(organization, an_operator("plans.view_subscription", username="reader"))
    assert "/do/terminate/" not in reader.show(subscription)
    reader.press(subscription, "terminate", expect=403, on_termination_invoice="generate")
    reader.open("plans_subscription_add", expect=403)
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.ACTIVE


def test_who_may_view_a_tax_sees_its_form_without_a_button_to_save() -> None:
    organization = an_organization()
    tax = a_tax(organization)
    reader = Console(organization, an_operator("customers.view_tax", username="reader"))
    assert ">Save<" not in reader.show(tax)
    reader.submit("customers_tax_change", tax.pk, expect=403, name="Mine", code="mine", rate_percent="1")
    assert Tax.objects.get(pk=tax.pk).name == "VAT"


def test_documents_can_be_neither_added_nor_edited_nor_deleted_by_hand() -> None:
    organization = an_organization()
    a_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    console = Console(organization)
    console.open("invoices_invoice_add", expect=403)
    console.open("invoices_invoice_delete", invoice.pk, expect=403)
    console.submit("invoices_invoice_change", invoice.pk, expect=200, total_amount_cents="1", number="mine")
    assert Invoice.objects.get(pk=invoice.pk).total_amount_cents == invoice.total_amount_cents


def test_a_tab_needs_the_permission_of_what_it_shows() -> None:
    organization = an_organization()
    customer = a_customer(organization, "acme")
    reader = Console(organization, an_operator("customers.view_customer", username="reader"))
    shown = reader.show(customer, tab="invoices")
    assert "?tab=invoices" not in shown
    assert "acme" in shown
