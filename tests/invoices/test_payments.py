"""Payments: what comes in, which invoices it pays, and the receipt for it."""

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError

from invoices.models import Invoice, Payment, PaymentAllocation, PaymentReceipt
from invoices.services.payment import Part, record_payment
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.parallel import at_once
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def customer(organization):
    return a_customer(organization, "acme")


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def pay(api, invoice, amount_cents, expect=200, **values):
    body = {"invoice_id": str(invoice.id), "amount_cents": amount_cents, "reference": "transfer", **values}
    answer = api.post("/payments", {"payment": body}, expect=expect)
    return answer["payment"] if expect == 200 else answer


def shown(api, invoice):
    found = api.get(f"/invoices/{invoice.id}")["invoice"]
    return found["payment_status"], found["total_paid_amount_cents"], found["total_due_amount_cents"]


def test_an_invoice_is_paid_in_parts(api, customer):
    invoice = an_invoice(customer, 10000)

    first = pay(api, invoice, 2000, reference="r1", paid_at="2024-03-01T00:00:00Z")
    assert shown(api, invoice) == ("pending", 2000, 8000)
    pay(api, invoice, 8000)
    assert shown(api, invoice) == ("succeeded", 10000, 0)

    assert (first["type"], first["payment_status"], first["reference"]) == ("manual", "succeeded", "r1")
    assert (first["invoice_ids"], first["invoice_numbers"]) == ([str(invoice.id)], [invoice.number])
    assert (first["amount_currency"], first["created_at"]) == ("EUR", "2024-03-01T00:00:00Z")
    assert api.get(f"/payments/{first['lago_id']}")["payment"] == first


def test_only_the_exact_sum_settles_an_invoice(api, customer):
    invoice = an_invoice(customer, 10000)

    pay(api, invoice, 10001)

    # Too much is kept as paid; nothing is due, and the status waits for somebody to look at it (3-P4).
    assert shown(api, invoice) == ("pending", 10001, 0)


def test_what_is_paid_is_not_overdue(organization, api, customer):
    invoice = an_invoice(customer)
    bill(organization, at=instant("2024-03-12"))
    assert Invoice.objects.get().payment_overdue

    pay(api, invoice, 10000)

    assert not Invoice.objects.get().payment_overdue


def test_one_payment_pays_several_invoices(api, customer):
    first, second = an_invoice(customer, 10000), an_invoice(customer, 5000)
    parts = [{"invoice_id": str(first.id), "amount_cents": 10000}, {"invoice_id": str(second.id), "amount_cents": 1500}]

    payment = api.post("/payments", {"payment": {"invoices": parts, "reference": "both"}})["payment"]

    assert payment["amount_cents"] == 11500
    assert payment["invoice_ids"] == [str(first.id), str(second.id)]
    assert shown(api, first) == ("succeeded", 10000, 0)
    assert shown(api, second) == ("pending", 1500, 3500)


def test_parts_must_belong_together(organization, api, customer):
    euros, dollars = an_invoice(customer), an_invoice(customer, currency="USD")
    others = an_invoice(a_customer(organization, "other"))

    for pair in ((euros, dollars), (euros, others), (euros, euros)):
        parts = [{"invoice_id": str(each.id), "amount_cents": 1} for each in pair]
        api.post("/payments", {"payment": {"invoices": parts, "reference": "both"}}, expect=422)

    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount_cents", [0, -1, 1.5, "100", None, True, 2**63])
def test_an_amount_is_a_positive_whole_number(api, customer, amount_cents):
    refused = pay(api, an_invoice(customer), amount_cents, expect=422)

    assert refused["error_details"] == {"amount_cents": ["invalid_value"]}


def test_a_payment_has_a_reference_of_at_most_40_characters(api, customer):
    invoice = an_invoice(customer)

    assert pay(api, invoice, 1, reference="", expect=422)["error_details"] == {"reference": ["value_is_mandatory"]}
    assert pay(api, invoice, 1, reference="x" * 41, expect=422)["error_details"] == {"reference": ["value_is_too_long"]}


def test_only_issued_invoices_are_paid(organization, api):
    a_customer(organization, "graceful", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="graceful")
    (draft,) = bill(organization, at=instant("2024-04-01"))

    assert pay(api, draft, 1, expect=405)["code"] == "invalid_type_or_status"
    api.post("/payments", {"payment": {"amount_cents": 1, "reference": "r"}}, expect=404)
    stranger = ApiClient(an_organization("Stranger"))
    assert pay(stranger, draft, 1, expect=404)["code"] == "invoice_not_found"


def test_payments_are_listed_newest_first(organization, api, customer):
    first, second = an_invoice(customer), an_invoice(a_customer(organization, "other"))
    payments = [pay(api, invoice, cents) for invoice, cents in ((first, 1), (second, 2), (first, 3))]
    ids = [payment["lago_id"] for payment in payments]

    def listed(path, **query):
        return [payment["lago_id"] for payment in api.get(path, **query)["payments"]]

    assert listed("/payments") == ids[::-1]
    assert listed("/payments", invoice_id=str(first.id)) == [ids[2], ids[0]]
    assert listed("/payments", external_customer_id="other") == [ids[1]]
    assert listed("/customers/acme/payments") == [ids[2], ids[0]]


def test_every_payment_has_a_receipt(api, customer):
    invoice = an_invoice(customer)
    payments = [pay(api, invoice, cents) for cents in (1, 2)]

    receipts = api.get("/payment_receipts")["payment_receipts"]

    assert [receipt["number"] for receipt in receipts] == [f"{customer.slug}-RCPT-00{n}" for n in (2, 1)]
    assert [receipt["payment"]["lago_id"] for receipt in receipts] == [payments[1]["lago_id"], payments[0]["lago_id"]]
    one = receipts[0]
    assert api.get(f"/payment_receipts/{one['lago_id']}")["payment_receipt"] == one
    assert one["payment"]["lago_payment_receipt_id"] == one["lago_id"]


def test_a_paid_invoice_is_announced(organization, api, customer):
    invoice = an_invoice(customer)
    pay(api, invoice, 10000)

    messages = api.get("/webhook_messages")["webhook_messages"]

    types = [message["webhook_type"] for message in messages]
    assert types.count("invoice.payment_status_updated") == 1
    assert types.count("payment.succeeded") == 1
    assert types.count("payment_receipt.created") == 1


@pytest.mark.django_db(transaction=True)
def test_payments_at_the_same_moment_both_count(organization, customer):
    invoice = an_invoice(customer, 10000)

    def half():
        parts = [Part(invoice.id, 5000)]
        return record_payment(organization=organization, parts=parts, reference="half", at=organization.now())

    at_once(half, half)

    invoice.refresh_from_db()
    assert (invoice.total_paid_amount_cents, invoice.payment_status) == (10000, "succeeded")
    assert sorted(PaymentReceipt.objects.values_list("sequential_id", flat=True)) == [1, 2]


class TestProtections:
    """What the database refuses, whatever the code does."""

    @pytest.fixture
    def payment(self, organization, customer):
        invoice = an_invoice(customer)
        return record_payment(
            organization=organization, parts=[Part(invoice.id, 100)], reference="r", at=organization.now()
        )

    @pytest.mark.parametrize(
        ("constraint", "values"),
        [
            ("payment_amount_cents_gt_0", {"amount_cents": 0}),
            ("payment_payment_type_known", {"payment_type": "barter"}),
            ("payment_payment_status_known", {"payment_type": "provider", "payment_status": "lost"}),
            ("payment_manual_is_made", {"payment_status": "pending"}),
        ],
    )
    def test_a_payment_makes_sense(self, payment, constraint, values):
        copied = {field.attname: getattr(payment, field.attname) for field in Payment._meta.concrete_fields[1:]}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Payment.objects.create(**{**copied, **values})

    def test_a_providers_payment_is_stored_once(self, payment):
        copied = {field.attname: getattr(payment, field.attname) for field in Payment._meta.concrete_fields[1:]}
        provider = {"payment_type": "provider", "provider_code": "stripe", "provider_payment_id": "pi_1"}
        Payment.objects.create(**{**copied, **provider})
        with pytest.raises(IntegrityError, match="payment_of_provider_once"), transaction.atomic():
            Payment.objects.create(**{**copied, **provider})

    def test_an_allocation_is_positive_and_once_per_invoice(self, payment):
        (allocation,) = payment.allocations.all()
        values = {"payment": payment, "invoice_id": allocation.invoice_id, "created_at": payment.created_at}
        with pytest.raises(IntegrityError, match="payment_allocation_once_per_invoice"), transaction.atomic():
            PaymentAllocation.objects.create(amount_cents=1, **values)
        with pytest.raises(IntegrityError, match="payment_allocation_amount_cents_gt_0"), transaction.atomic():
            PaymentAllocation.objects.create(amount_cents=0, **values)

    def test_receipts_are_numbered_once(self, payment):
        receipt = payment.receipt
        copied = {field.attname: getattr(receipt, field.attname) for field in PaymentReceipt._meta.concrete_fields[1:]}
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentReceipt.objects.create(**copied)
        other = {**copied, "payment_id": self.another(payment).id}
        with pytest.raises(IntegrityError, match="payment_receipt_number_unique"), transaction.atomic():
            PaymentReceipt.objects.create(**{**other, "sequential_id": 9})
        with pytest.raises(IntegrityError, match="payment_receipt_sequence_unique"), transaction.atomic():
            PaymentReceipt.objects.create(**{**other, "number": "other"})

    @pytest.mark.parametrize("model", [Payment, PaymentAllocation, PaymentReceipt])
    def test_what_was_paid_is_not_deleted(self, payment, model):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            model._default_manager.all()._raw_delete(using="default")

    def test_what_was_paid_stays_as_it_was(self, payment):
        changes = [
            (Payment, {"amount_cents": 1}),
            (PaymentAllocation, {"amount_cents": 1}),
            (PaymentReceipt, {"number": "other"}),
        ]
        for model, change in changes:
            with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
                model._default_manager.update(**change)

    def test_a_made_payment_stays_made(self, payment):
        copied = {field.attname: getattr(payment, field.attname) for field in Payment._meta.concrete_fields[1:]}
        made = Payment.objects.create(**{**copied, "payment_type": "provider"})
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            Payment.objects.filter(id=made.id).update(payment_status="failed")

    @staticmethod
    def another(payment):
        copied = {field.attname: getattr(payment, field.attname) for field in Payment._meta.concrete_fields[1:]}
        return Payment.objects.create(**copied)
