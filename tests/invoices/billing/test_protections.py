"""Every named constraint and trigger on what is billed, with an attempt to break it by SQL."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from billing_site.kernel.ids import uuid7
from invoices.models import (
    BillingFailure,
    BillingRun,
    BillingRunChunk,
    DocumentSequence,
    Fee,
    FeeAppliedTax,
    Invoice,
    InvoiceAppliedTax,
    InvoiceSubscription,
)
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")
TABLES = {
    "invoice": Invoice,
    "fee": Fee,
    "invoice_tax": InvoiceAppliedTax,
    "fee_tax": FeeAppliedTax,
    "period": InvoiceSubscription,
    "run": BillingRun,
    "chunk": BillingRunChunk,
    "failure": BillingFailure,
    "sequence": DocumentSequence,
}


@pytest.fixture
def billed():
    """A taxed, issued invoice for January, and a draft for February."""
    organization = an_organization()
    a_tax(organization, "vat", 20)
    a_customer(organization, "acme", tax_codes=["vat"])
    metric = a_metric(organization)
    plan = a_plan(organization, charges=[a_charge(metric)])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=3, external_subscription_id="sub", at=instant("2024-01-10")))
    bill(organization, at=FEBRUARY)
    a_customer(organization, "acme", invoice_grace_period=5)
    bill(organization, at=instant("2024-03-01"))
    return organization


ROWS = {
    "issued": "status = 'finalized'",
    "draft": "status = 'draft'",
    "of_issued": "invoice_id = (SELECT id FROM invoices_invoice WHERE status = 'finalized')",
    "of_draft": "invoice_id = (SELECT id FROM invoices_invoice WHERE status = 'draft')",
    "any": "true",
}


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def update(table, change, which="any"):
    return run(f"UPDATE {TABLES[table]._meta.db_table} SET {change} WHERE {ROWS[which]}")


MONEY_IS_NOT_NEGATIVE = [
    ("invoice", column)
    for column in (
        "fees_amount_cents",
        "progressive_billing_credit_amount_cents",
        "coupons_amount_cents",
        "sub_total_excluding_taxes_amount_cents",
        "taxes_amount_cents",
        "sub_total_including_taxes_amount_cents",
        "credit_notes_amount_cents",
        "prepaid_credit_amount_cents",
        "total_amount_cents",
        "total_paid_amount_cents",
    )
] + [("fee", column) for column in ("amount_cents", "taxes_amount_cents", "precise_coupons_amount_cents")]


def test_an_amount_is_not_negative(billed):
    for table, column in MONEY_IS_NOT_NEGATIVE:
        which = "draft" if table == "invoice" else "of_draft"
        with pytest.raises(IntegrityError, match=rf"{table}_{column}_gte_0|_adds_up"):
            update(table, f"{column} = -1", which)


def test_a_column_of_a_closed_set_takes_nothing_else(billed):
    for table, change, which, name in (
        ("invoice", "status = 'paid'", "draft", "invoice_status_known"),
        ("invoice", "invoice_type = 'gift'", "draft", "invoice_invoice_type_known"),
        ("invoice", "payment_status = 'maybe'", "draft", "invoice_payment_status_known"),
        ("fee", "fee_type = 'gift'", "of_draft", "fee_fee_type_known"),
        ("fee", "payment_status = 'maybe'", "of_draft", "fee_payment_status_known"),
        ("period", "invoicing_reason = 'whim'", "of_draft", "invoice_subscription_invoicing_reason_known"),
        ("run", "status = 'asleep'", "any", "billing_run_status_known"),
        ("chunk", "status = 'asleep'", "any", "billing_run_chunk_status_known"),
    ):
        with pytest.raises(IntegrityError, match=name):
            update(table, change, which)


def test_the_totals_of_an_invoice_add_up(billed):
    for change, name in (
        ("fees_amount_cents = fees_amount_cents + 1", "sub_total_excluding_taxes_amount_cents_adds_up"),
        ("coupons_amount_cents = 1", "sub_total_excluding_taxes_amount_cents_adds_up"),
        ("taxes_amount_cents = taxes_amount_cents + 1", "sub_total_including_taxes_amount_cents_adds_up"),
        ("total_amount_cents = total_amount_cents + 1", "total_amount_cents_adds_up"),
        ("prepaid_credit_amount_cents = 1", "total_amount_cents_adds_up"),
    ):
        with pytest.raises(IntegrityError, match=name):
            update("invoice", change, "draft")


def test_an_invoice_is_not_final_without_number_and_dates(billed):
    with pytest.raises(IntegrityError, match="invoice_finalized_has_number_and_dates"):
        update("invoice", "status = 'finalized'", "draft")


def test_a_number_is_given_once(billed):
    number = Invoice.objects.get(status="finalized").number
    change = f"""status = 'finalized', number = '{number}', sequential_id = 9,
        payment_due_date = '2024-03-01', finalized_at = now()"""
    with pytest.raises(IntegrityError, match="invoice_number_unique"):
        update("invoice", change, "draft")


def copy_of(model, **changes):
    row = model.objects.first()
    for name, value in {"id": uuid7(), **changes}.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("subscription_periodic", "invoice_subscription_billed_once_per_period"),
        ("subscription_starting", "invoice_subscription_started_once"),
        ("subscription_terminating", "invoice_subscription_terminated_once"),
    ],
)
def test_a_subscription_is_billed_once_for_each_period_start_and_end(billed, reason, name):
    row = InvoiceSubscription.objects.get(invoice__status="draft")
    invoices = [copy_of(Invoice, number=f"DRAFT-{number}", status="draft") for number in range(2)]
    Invoice.objects.bulk_create(invoices)
    periods = [
        InvoiceSubscription(
            invoice=invoice,
            subscription=row.subscription,
            invoicing_reason=reason,
            billed_at=instant("2024-05-01"),
            from_datetime=row.from_datetime,
            to_datetime=row.to_datetime,
            created_at=FEBRUARY,
        )
        for invoice in invoices
    ]
    periods[0].save(force_insert=True)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        periods[1].save(force_insert=True)
    # Once the first is void, the second may stand in its place.
    InvoiceSubscription.objects.filter(id=periods[0].id).update(is_current=False)
    periods[1].save(force_insert=True)


def test_a_subscription_stands_on_an_invoice_once(billed):
    with pytest.raises(IntegrityError, match="invoice_subscription_once_per_invoice"), transaction.atomic():
        copy_of(InvoiceSubscription, billed_at=instant("2024-05-01")).save(force_insert=True)


def test_a_fee_on_usage_names_its_charge(billed):
    with pytest.raises(IntegrityError, match="fee_of_charge_names_it"):
        run("UPDATE invoices_fee SET fee_type = 'charge' WHERE charge_id IS NULL")


@pytest.mark.parametrize(
    ("model", "name"), [(FeeAppliedTax, "fee_applied_tax_once"), (InvoiceAppliedTax, "invoice_applied_tax_once")]
)
def test_a_tax_is_applied_once(billed, model, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        copy_of(model).save(force_insert=True)


def test_an_organization_has_one_running_run(billed):
    with pytest.raises(IntegrityError, match="billing_run_one_at_a_time"):
        update("run", "status = 'running'")


def test_a_chunk_has_its_own_place_in_its_run(billed):
    chunk = BillingRunChunk.objects.first()
    with pytest.raises(IntegrityError, match="billing_run_chunk_once"), transaction.atomic():
        BillingRunChunk.objects.create(run=chunk.run, position=chunk.position, customer_ids=[])


def test_a_customer_has_one_open_failure(billed):
    invoice = Invoice.objects.first()
    values = {
        "organization": billed,
        "customer": invoice.customer,
        "at": FEBRUARY,
        "reason": "",
        "created_at": FEBRUARY,
    }
    BillingFailure.objects.create(**values)
    with pytest.raises(IntegrityError, match="billing_failure_one_open_per_customer"), transaction.atomic():
        BillingFailure.objects.create(**values)
    BillingFailure.objects.update(resolved_at=FEBRUARY)
    BillingFailure.objects.create(**values)


def test_a_counter_exists_once_and_does_not_fall_below_nothing(billed):
    sequence = DocumentSequence.objects.get()
    with pytest.raises(IntegrityError, match="document_sequence_unique"), transaction.atomic():
        DocumentSequence.objects.create(billing_entity=sequence.billing_entity, customer=sequence.customer)
    with pytest.raises(IntegrityError, match=r"last_number|gte_0"):
        update("sequence", "last_number = -1")


FINAL = [
    ("invoice", "fees_amount_cents = 1, total_amount_cents = 1", "issued"),
    ("invoice", "number = 'X-1'", "issued"),
    ("invoice", "sequential_id = 99", "issued"),
    ("invoice", "currency = 'USD'", "issued"),
    ("invoice", "issuing_date = '2020-01-01'", "issued"),
    ("invoice", "customer_snapshot = '{}'", "issued"),
    ("invoice", "issuer_snapshot = '{}'", "issued"),
    ("invoice", "finalized_at = now()", "issued"),
    ("invoice", "status = 'draft'", "issued"),
    ("invoice", "status = 'deleted'", "issued"),
    ("fee", "amount_cents = 1", "of_issued"),
    ("fee", "units = 1", "of_issued"),
    ("fee", "invoice_id = NULL", "of_issued"),
    ("fee", "precise_amount_cents = 1", "of_issued"),
    ("invoice_tax", "amount_cents = 1", "of_issued"),
    ("invoice_tax", "tax_rate_percent = 1", "of_issued"),
    ("period", "from_datetime = now()", "of_issued"),
    ("period", "charges_to_datetime = now()", "of_issued"),
    ("period", "billed_at = now()", "of_issued"),
]


def test_what_an_issued_invoice_says_cannot_be_changed_by_sql(billed):
    for table, change, which in FINAL:
        with pytest.raises(Error, match=r"Cannot update|cannot be changed"):
            update(table, change, which)


def test_what_belongs_to_an_issued_invoice_cannot_be_deleted_by_sql(billed):
    for table in ("fee", "invoice_tax", "period"):
        with pytest.raises(Error, match="cannot be changed or deleted"):
            run(f"DELETE FROM {TABLES[table]._meta.db_table} WHERE {ROWS['of_issued']}")


def test_an_issued_invoice_cannot_be_deleted_by_sql(billed):
    with pytest.raises(Error, match="Cannot delete"):
        run("DELETE FROM invoices_invoice WHERE status = 'finalized'")


def test_the_taxes_of_an_issued_fee_are_final(billed):
    for statement in ("UPDATE invoices_feeappliedtax SET amount_cents = 1", "DELETE FROM invoices_feeappliedtax"):
        with pytest.raises(Error, match="cannot be changed or deleted"):
            run(statement)


def test_a_voided_invoice_stays_voided(billed):
    update("invoice", "status = 'voided', voided_at = now()", "issued")
    for status in ("finalized", "draft"):
        with pytest.raises(Error, match="Cannot update"):
            run(f"UPDATE invoices_invoice SET status = '{status}' WHERE status = 'voided'")
    with pytest.raises(Error, match="cannot be changed"):
        run("UPDATE invoices_fee SET amount_cents = 1 WHERE from_datetime < '2024-02-01'")


def test_payment_goes_on_and_drafts_stay_open(billed):
    for table, change, which in (
        ("invoice", "payment_status = 'succeeded', total_paid_amount_cents = total_amount_cents", "issued"),
        ("invoice", "payment_overdue = true, metadata = '[1]'", "issued"),
        ("period", "is_current = false", "of_issued"),
        ("fee", "payment_status = 'succeeded'", "of_issued"),
        ("fee", "units = 1", "of_draft"),
    ):
        assert update(table, change, which) >= 1
