"""Every named constraint and trigger on credit notes, with an attempt to break it by SQL."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from billing_site.kernel.ids import uuid7
from invoices.models import Credit, CreditNote, CreditNoteAppliedTax, CreditNoteItem
from plans.services.subscription import terminate_subscription
from tests.support.builders import a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

MID_MARCH = instant("2024-03-15T10:00:00Z")


@pytest.fixture
def note():
    """Of 16 unused days of 1.00 with 20 % tax, partly used by the last invoice."""
    organization = an_organization(at=instant("2024-03-01"))
    a_tax(organization, applied_to_organization=True)
    charges = [a_charge(a_metric(organization))]
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True, charges=charges)
    subscription = a_subscription(organization, plan, "sub")
    send(organization, an_event(value=10, external_subscription_id="sub", at=instant("2024-03-10")))
    organization.change(at=MID_MARCH, test_clock_at=MID_MARCH)
    terminate_subscription(subscription=subscription, at=MID_MARCH)
    return CreditNote.objects.get()


def change(model, values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {values}")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ("credit_status = 'lost', balance_amount_cents = 0", "credit_note_credit_status_known"),
        ("refund_status = 'lost'", "credit_note_refund_status_known"),
        ("reason = 'whim'", "credit_note_reason_known"),
        ("balance_amount_cents = -1", "credit_note_balance_amount_cents_gte_0"),
        ("balance_amount_cents = 9999", "credit_note_balance_lte_credit"),
        ("credit_status = 'voided'", "credit_note_balance_only_while_available"),
    ],
)
def test_an_issued_credit_note_keeps_to_its_rules(note, values, name):
    with pytest.raises(IntegrityError, match=name):
        change(CreditNote, values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": "lost"}, "credit_note_status_known"),
        ({"credit_amount_cents": -1, "total_amount_cents": -1}, "_gte_0|_adds_up|_is_taxed|_lte_credit"),
        ({"refund_amount_cents": -1}, "credit_note_refund_amount_cents_gte_0|_adds_up"),
        ({"offset_amount_cents": -1}, "credit_note_offset_amount_cents_gte_0|_adds_up"),
        ({"taxes_amount_cents": -1}, "credit_note_taxes_amount_cents_gte_0|_is_taxed"),
        ({"sub_total_excluding_taxes_amount_cents": -1}, "_gte_0|_is_taxed"),
        ({"refund_amount_cents": 1}, "credit_note_total_amount_cents_adds_up"),
        ({"taxes_amount_cents": 1}, "credit_note_total_is_taxed"),
        ({"number": ""}, "credit_note_finalized_has_number"),
        ({}, "credit_note_number_unique"),
    ],
)
def test_another_one_must_add_up_and_have_its_own_number(note, values, name):
    for column, value in {"id": uuid7(), **values}.items():
        setattr(note, column, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        note.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (CreditNoteItem, "credit_note_item_once_per_fee"),
        (CreditNoteAppliedTax, "credit_note_applied_tax_once"),
        (Credit, "credit_once_per_invoice_and_credit_note"),
    ],
)
def test_its_parts_are_there_once(note, model, name):
    row = model.objects.first()
    row.id = uuid7()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


def test_an_item_is_not_negative(note):
    row = CreditNoteItem.objects.get()
    row.id, row.amount_cents = uuid7(), -1
    with pytest.raises(IntegrityError, match="credit_note_item_amount_cents_gte_0"), transaction.atomic():
        row.save(force_insert=True)


def test_a_credit_has_one_source(note):
    with pytest.raises(IntegrityError, match="credit_has_one_source"), transaction.atomic():
        row = Credit.objects.get()
        Credit(invoice=row.invoice, amount_cents=1, amount_currency="EUR", created_at=MID_MARCH).save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (CreditNote, "total_amount_cents = 1"),
        (CreditNote, "number = 'X'"),
        (CreditNote, "status = 'draft'"),
        (CreditNote, "issuing_date = '2020-01-01'"),
        (CreditNoteItem, "amount_cents = 1"),
        (CreditNoteAppliedTax, "amount_cents = 1"),
    ],
)
def test_what_an_issued_credit_note_says_cannot_be_changed_by_sql(note, model, values):
    with pytest.raises(Error, match=r"Cannot update|cannot be changed"):
        change(model, values)


@pytest.mark.parametrize("model", [CreditNote, CreditNoteItem, CreditNoteAppliedTax])
def test_it_cannot_be_deleted_by_sql(note, model):
    with pytest.raises(Error, match=r"Cannot delete|cannot be changed"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {model._meta.db_table}")
