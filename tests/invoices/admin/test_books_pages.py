"""Accounts in the console."""

import csv
from datetime import date

import pytest
from django.urls import reverse

from invoices.models import BookClosing, JournalEntry
from invoices.services.payment import Part, record_payment
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, an_operator, words
from tests.support.invoices import an_invoice
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

PERIOD = {"first": "2024-02-01", "last": "2024-02-29", "currency": "EUR"}


@pytest.fixture
def organization():
    made = an_organization()
    a_tax(made, applied_to_organization=True)
    a_customer(made, "acme", name="Acme", currency="EUR")
    a_subscription(made, a_plan(made, name="Scale", amount_cents=10000), "sub", external_customer_id="acme")
    (invoice,) = bill(made, at=instant("2024-02-10"))
    part = Part(invoice.id, 5000)
    record_payment(organization=made, parts=[part], reference="transfer", at=made.now())
    return made


def rows(response):
    return list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))


def test_the_trial_balance_adds_up_and_leads_to_ledgers(organization):
    page = Console(organization).open("trial_balance", **PERIOD)
    # 100.00 and 20 % tax, of which 50.00 were paid
    assert "Accounts receivable €0.00 €120.00 €50.00 €70.00" in words(page)
    assert "Together €0.00 €170.00 €170.00 €0.00" in words(page)
    assert "Scale subscription" in words(page)
    assert reverse("admin:account_ledger", args=["cash"]) in page


def test_what_was_before_the_period_is_its_opening_balance(organization):
    march = {**PERIOD, "first": "2024-03-01", "last": "2024-03-31"}
    assert "Accounts receivable €70.00 €0.00 €0.00 €70.00" in words(
        Console(organization).open("trial_balance", **march)
    )


def test_without_a_choice_this_month_is_shown(organization):
    assert "€120.00" in Console(organization).open("trial_balance")
    assert "last day comes before" in Console(organization).open("trial_balance", first="2024-03-01", last="2024-02-01")


def test_a_ledger_lists_the_documents(organization):
    page = words(Console(organization).open("account_ledger", "accounts_receivable", **PERIOD))
    assert "Feb 1, 2024 Invoice issued" in page
    assert "Payment transfer Acme €50.00" in page


def test_entries_show_their_lines_and_documents_their_entries(organization):
    console = Console(organization)
    invoice = organization.invoices.get()
    entry = JournalEntry.objects.get(document_id=invoice.id)
    assert "Accounts receivable €120.00" in words(console.show(entry))
    assert invoice.number in console.open("invoices_journalentry_changelist")
    shown = words(console.press(invoice, "journal", expect=200).content.decode())
    assert "Tax payable vat €20.00" in shown and "Cash – €50.00" in shown


def test_files_hold_every_line_in_currency_units(organization):
    browser = Console(organization).browser
    lines = rows(browser.get(reverse("admin:journal_csv"), PERIOD))
    assert [(each["account"], each["debit"], each["credit"]) for each in lines] == [
        ("revenue", "", "100.00"),
        ("tax_payable", "", "20.00"),
        ("accounts_receivable", "120.00", ""),
        ("cash", "50.00", ""),
        ("accounts_receivable", "", "50.00"),
    ]
    balances = rows(browser.get(reverse("admin:trial_balance"), {**PERIOD, "format": "csv"}))
    assert {each["account"]: each["closing"] for each in balances} == {
        "cash": "50.00",
        "accounts_receivable": "70.00",
        "tax_payable": "-20.00",
        "revenue": "-100.00",
    }


def test_cells_are_no_formulas(organization):
    an_invoice(a_customer(organization, "=1+1", currency="EUR"))
    lines = rows(Console(organization).browser.get(reverse("admin:journal_csv"), PERIOD))
    assert {each["customer"] for each in lines} == {"acme", "'=1+1"}


def test_books_are_closed_and_opened_on_the_billing_entity(organization):
    console, entity = Console(organization), organization.billing_entities.get()
    page = console.open("customers_billingentity_do_one", entity.pk, "close_books")
    # Nothing was issued in January; the invoice of February 1 is open.
    assert "Jan 31, 2024: 0 entries become final" in page
    console.press(entity, "close_books", until="2024-01-31")
    entity.refresh_from_db()
    assert entity.books_closed_until == date(2024, 1, 31)
    console.press(entity, "reopen_books", until="open", reason="Checked again.")
    assert [each.decided_by for each in BookClosing.objects.all()] == ["operator", "operator"]
    assert "Checked again." in console.open("invoices_bookclosing_changelist")


def test_only_who_may_see_the_journal_sees_it(organization):
    clerk = Console(organization, an_operator("invoices.view_invoice", username="clerk"))
    clerk.open("trial_balance", expect=403)
    clerk.open("invoices_journalentry_changelist", expect=403)


def test_other_organizations_books_are_not_shown(organization):
    other = an_organization("Other")
    page = Console(other).open("trial_balance", billing_entity=organization.billing_entities.get().pk, **PERIOD)
    assert "€120.00" not in page
