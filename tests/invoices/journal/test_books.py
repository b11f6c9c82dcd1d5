"""Books that are closed, told as stories."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.errors import ValidationFailed
from invoices.models import BookClosing, JournalEntry, JournalLine
from invoices.services.books import close_books, reopen_books
from invoices.services.payment import Part, record_payment
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.journal import balances, check_books
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

JANUARY_END = date(2024, 1, 31)


@pytest.fixture
def organization():
    made = an_organization(at=instant("2024-01-15"))
    customer = a_customer(made, "acme", currency="EUR")
    an_invoice(customer)
    a_subscription(made, a_plan(made), "sub", external_customer_id="acme")
    made.change(at=instant("2024-02-05"), test_clock_at=instant("2024-02-05"))
    return made


def close(organization, until=JANUARY_END):
    entity = organization.billing_entities.get()
    return close_books(billing_entity=entity, until=until, decided_by="ada", at=organization.now())


def reopen(organization, until=None, reason="A payment was missing."):
    entity = organization.billing_entities.get()
    at = organization.now()
    return reopen_books(billing_entity=entity, until=until, reason=reason, decided_by="ada", at=at)


def pay(organization, paid_at):
    invoice = organization.invoices.get()
    return record_payment(
        organization=organization,
        parts=[Part(invoice.id, 1000)],
        reference="bank",
        paid_at=instant(paid_at) if paid_at else None,
        at=organization.now(),
    )


def test_a_payment_of_a_closed_day_is_refused(organization):
    close(organization)
    with pytest.raises(ValidationFailed, match="period_is_closed"):
        pay(organization, "2024-01-31T23:59:59Z")
    pay(organization, "2024-02-01")
    pay(organization, None)
    assert JournalEntry.objects.filter(event="paid").count() == 2


def test_a_run_dates_what_is_late_on_the_first_open_day(organization):
    close(organization)
    # The period ends on January 31, and its invoice would be dated on that day.
    organization.billing_entities.update(subscription_invoice_issuing_date_anchor="current_period_end")
    bill(organization, at=instant("2024-02-06"))
    late = organization.invoices.get(invoice_type="subscription")
    assert late.issuing_date == late.payment_due_date == date(2024, 2, 1)
    assert JournalEntry.objects.get(document_id=late.id).date == date(2024, 2, 1)


def test_a_draft_of_a_closed_period_is_finalized_on_the_first_open_day(organization):
    organization.billing_entities.update(
        subscription_invoice_issuing_date_anchor="current_period_end",
        subscription_invoice_issuing_date_adjustment="keep_anchor",
    )
    a_customer(organization, "acme", invoice_grace_period=10)
    bill(organization, at=instant("2024-02-06"))
    draft = organization.invoices.get(invoice_type="subscription")
    assert (draft.status, draft.issuing_date) == ("draft", JANUARY_END)
    close(organization)
    bill(organization, at=instant("2024-02-12"))
    draft.refresh_from_db()
    assert (draft.status, draft.issuing_date) == ("finalized", date(2024, 2, 1))


@pytest.mark.parametrize("until", [date(2024, 2, 5), date(2024, 2, 4)])
def test_only_days_that_are_over_everywhere_can_be_closed(organization, until):
    # On February 5 at 00:00 UTC it is still February 4 in Honolulu.
    with pytest.raises(ValidationFailed):
        close(organization, until)


def test_closing_and_reopening_is_recorded(organization):
    close(organization)
    with pytest.raises(ValidationFailed):
        close(organization)
    with pytest.raises(ValidationFailed):
        reopen(organization, reason=" ")
    reopen(organization)
    pay(organization, "2024-01-31")
    with pytest.raises(ValidationFailed):
        reopen(organization)
    recorded = BookClosing.objects.order_by("created_at", "id").values_list("closed_before", "closed_until", "reason")
    assert list(recorded) == [(None, JANUARY_END, ""), (JANUARY_END, None, "A payment was missing.")]


def test_the_database_keeps_closed_books_closed(organization):
    close(organization)
    copied = JournalEntry.objects.values("organization_id", "billing_entity_id", "customer_id", "document", "event")[0]
    entry = {"currency": "EUR", "document_id": organization.id, "created_at": organization.now(), **copied}
    with pytest.raises(IntegrityError, match="books are closed"), transaction.atomic():
        JournalEntry.objects.create(date=JANUARY_END, **entry)
    JournalEntry.objects.create(date=date(2024, 2, 1), **entry)


@pytest.mark.parametrize(
    "change",
    ["UPDATE invoices_bookclosing SET reason = 'other'", "DELETE FROM invoices_bookclosing"],
)
def test_closings_are_final(organization, change):
    close(organization)
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(change)


def test_reopening_without_a_reason_is_refused_by_the_database(organization):
    made = close(organization)
    with pytest.raises(IntegrityError, match="book_closing_reopens_for_a_reason"), transaction.atomic():
        BookClosing.objects.create(
            organization=organization,
            billing_entity=made.billing_entity,
            closed_before=JANUARY_END,
            decided_by="ada",
            created_at=organization.now(),
        )


def test_what_was_issued_before_the_journal_is_posted_once(organization):
    pay(organization, "2024-01-20")
    before = balances(organization)
    forget_the_journal()
    call_command("post_journal")
    call_command("post_journal")
    assert balances(organization) == before
    check_books(organization)


def forget_the_journal():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE invoices_journalentry, invoices_journalline, invoices_journaltotal")
    assert not JournalLine.objects.exists()
