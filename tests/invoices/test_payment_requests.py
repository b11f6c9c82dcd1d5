"""Payment requests: one demand for several overdue invoices, done with the last of them."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from customers.services.billing_entity import create_billing_entity
from customers.services.customer import create_or_update_customer
from invoices.models import PaymentRequest, RequestedInvoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def customer(organization):
    return a_customer(organization, "acme", email="pay@acme.test")


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def request(api, *invoices, expect=200, **values):
    ids = [str(invoice.id) for invoice in invoices]
    body = {"external_customer_id": "acme", "lago_invoice_ids": ids, **values}
    answer = api.post("/payment_requests", {"payment_request": body}, expect=expect)
    return answer["payment_request"] if expect == 200 else answer["code"]


def pay(api, invoice, amount_cents):
    body = {"invoice_id": str(invoice.id), "amount_cents": amount_cents, "reference": "r"}
    api.post("/payments", {"payment": body})


def test_what_is_due_on_all_is_asked_for(organization, api, customer):
    first, second = an_invoice(customer, 14900), an_invoice(customer, 600)
    bill(organization, at=instant("2024-03-12"))
    pay(api, first, 900)

    made = request(api, first, second)

    # 149.00 − 9.00 + 6.00
    assert (made["amount_cents"], made["amount_currency"], made["payment_status"]) == (14600, "EUR", "pending")
    assert (made["email"], made["customer"]["external_id"]) == ("pay@acme.test", "acme")
    assert {invoice["lago_id"] for invoice in made["invoices"]} == {str(first.id), str(second.id)}
    assert api.get(f"/payment_requests/{made['lago_id']}")["payment_request"]["amount_cents"] == 14600
    for path in ("/payment_requests", "/customers/acme/payment_requests"):
        assert [each["lago_id"] for each in api.get(path)["payment_requests"]] == [made["lago_id"]]
    messages = api.get("/webhook_messages", webhook_type="payment_request.created")["webhook_messages"]
    assert [message["payload"]["payment_request"]["lago_id"] for message in messages] == [made["lago_id"]]


def test_it_is_done_with_the_last_of_its_invoices(organization, api, customer):
    first, second = an_invoice(customer, 14900), an_invoice(customer, 600)
    bill(organization, at=instant("2024-03-12"))
    made = request(api, first, second, email="other@acme.test")
    path = f"/payment_requests/{made['lago_id']}"

    pay(api, first, 14900)
    assert api.get(path)["payment_request"]["payment_status"] == "pending"
    pay(api, second, 600)
    assert api.get(path)["payment_request"]["payment_status"] == "succeeded"
    assert made["email"] == "other@acme.test"


def test_only_overdue_invoices_of_one_kind_are_asked_for(organization, api, customer):
    euros, dollars = an_invoice(customer), an_invoice(customer, currency="USD")
    create_billing_entity(organization=organization, code="other", name="Other", at=organization.now())
    create_or_update_customer(
        organization=organization, external_id="acme", billing_entity_code="other", at=organization.now()
    )
    of_other = an_invoice(customer)
    bill(organization, at=instant("2024-03-12"))
    fresh = an_invoice(customer)

    assert request(api, euros, fresh, expect=405) == "invoices_not_overdue"
    assert request(api, euros, dollars, expect=405) == "invoices_have_different_currencies"
    assert request(api, euros, of_other, expect=405) == "invoices_have_different_billing_entities"
    assert not PaymentRequest.objects.exists()


def test_what_it_names_must_be_there(organization, api, customer):
    others = an_invoice(a_customer(organization, "other"))
    bill(organization, at=instant("2024-03-12"))

    assert request(api, expect=404) == "invoice_not_found"
    assert request(api, others, expect=404) == "invoice_not_found"
    assert request(api, others, expect=404, external_customer_id="nobody") == "customer_not_found"
    assert request(api, others, expect=422, external_customer_id="other") == "validation_errors"
    api.get("/payment_requests/nothing", expect=404)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("payment_request_amount_cents_gt_0", {"amount_cents": 0}),
        ("payment_request_payment_status_known", {"payment_status": "lost"}),
    ],
)
def test_a_request_makes_sense(organization, api, customer, constraint, change):
    invoice = an_invoice(customer)
    bill(organization, at=instant("2024-03-12"))
    request(api, invoice)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PaymentRequest.objects.update(**change)
    with pytest.raises(IntegrityError, match="requested_invoice_amount_cents_gt_0"), transaction.atomic():
        RequestedInvoice.objects.update(amount_cents=0)
    with pytest.raises(IntegrityError, match="requested_invoice_once"), transaction.atomic():
        RequestedInvoice.objects.create(payment_request=PaymentRequest.objects.get(), invoice=invoice, amount_cents=1)
