"""What customers get by e-mail: invoices, receipts and payment requests, in their language, with the PDF."""

import pytest
from django.core import mail
from django.test import Client
from django_q.models import OrmQ

from customers.services.billing_entity import update_billing_entity
from invoices.models import PaymentReceipt, PaymentRequest
from invoices.services.due_work import run_due_work
from invoices.services.payment import Part, record_payment
from invoices.services.payment_request import create_payment_request
from invoices.tasks import mail_invoice, mail_receipt, mail_request
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    """A live one: sandboxes send nothing."""
    live = an_organization(sandbox=False)
    entity = live.billing_entities.get()
    update_billing_entity(
        billing_entity=entity,
        at=live.now(),
        email="billing@acme.test",
        email_settings=["invoice.finalized", "payment_receipt.created"],
    )
    return live


@pytest.fixture
def customer(organization):
    return a_customer(organization, "client", email="one@client.test,two@client.test", document_locale="de")


def queued():
    """The tasks that wait, by name, with their arguments."""
    return [(task["func"].rpartition(".")[2], *task["args"]) for task in (each.task for each in OrmQ.objects.all())]


def mails():
    return [task for task in queued() if task[0].startswith("mail_")]


def test_an_issued_invoice_is_sent_in_the_customers_language(customer):
    invoice = an_invoice(customer, 10000)
    (task,) = mails()
    assert task == ("mail_invoice", invoice.id, ["one@client.test", "two@client.test"], [], [])

    mail_invoice(*task[1:])

    (sent,) = mail.outbox
    assert sent.subject == f"Rechnung {invoice.number} von Acme"
    assert "über 100,00\N{NO-BREAK SPACE}€" in sent.body
    assert sent.to == ["one@client.test", "two@client.test"]
    assert sent.reply_to == ["billing@acme.test"]
    ((name, content, kind),) = sent.attachments
    assert (name, kind) == (f"{invoice.number}.pdf", "application/pdf")
    assert content.startswith(b"%PDF")


def test_nobody_is_written_to_without_an_address_or_against_the_settings(organization, customer):
    an_invoice(a_customer(organization, "silent"))
    assert mails() == []
    update_billing_entity(billing_entity=organization.billing_entities.get(), at=organization.now(), email_settings=[])
    customer.billing_entity.refresh_from_db()
    an_invoice(customer)
    assert mails() == []


def test_a_sandbox_sends_nothing():
    sandbox = an_organization("Sandbox")
    update_billing_entity(
        billing_entity=sandbox.billing_entities.get(), at=sandbox.now(), email_settings=["invoice.finalized"]
    )
    invoice = an_invoice(a_customer(sandbox, "client", email="one@client.test"))

    ApiClient(sandbox).post(f"/invoices/{invoice.id}/resend_email")

    assert mails() == []


def test_a_payment_is_acknowledged(organization, customer):
    invoice = an_invoice(customer, 10000)
    parts = [Part(invoice.id, 2000)]
    record_payment(organization=organization, parts=parts, reference="transfer", at=organization.now())

    (task,) = [task for task in mails() if task[0] == "mail_receipt"]
    mail_receipt(*task[1:])

    (sent,) = mail.outbox
    receipt = PaymentReceipt.objects.get()
    assert sent.subject == f"Zahlungsbeleg {receipt.number} von Acme"
    assert sent.attachments[0][0] == f"{receipt.number}.pdf"


def test_the_receipt_has_an_address_of_its_own(organization, customer):
    invoice = an_invoice(customer)
    record_payment(organization=organization, parts=[Part(invoice.id, 1)], reference="r", at=organization.now())
    (shown,) = ApiClient(organization).get("/payment_receipts")["payment_receipts"]
    path = shown["file_url"][shown["file_url"].index("/files/") :]

    answer = Client().get(path)

    assert answer.content.startswith(b"%PDF")
    assert Client().get(path[:-1] + "!").status_code == 404


def test_overdue_invoices_are_asked_for(organization, customer):
    first, second = an_invoice(customer, 14900), an_invoice(customer, 600)
    for invoice in (first, second):
        invoice.change(at=organization.now(), payment_due_date=instant("2024-01-02").date())
    run_due_work(organization=organization, at=organization.now())
    create_payment_request(
        organization=organization,
        external_customer_id="client",
        invoice_ids=[first.id, second.id],
        at=organization.now(),
    )

    (task,) = [task for task in mails() if task[0] == "mail_request"]
    mail_request(*task[1:])

    (sent,) = mail.outbox
    assert sent.subject.startswith("155,00")
    assert f"{second.number}: 6,00" in sent.body
    assert len(sent.attachments) == 2
    assert sent.to == PaymentRequest.objects.get().email.split(",")


def test_a_document_is_sent_again_to_whom_one_likes(organization, customer):
    invoice = an_invoice(customer)
    before = len(mails())

    body = {"to": ["boss@client.test"], "bcc": ["archive@acme.test"]}
    ApiClient(organization).post(f"/invoices/{invoice.id}/resend_email", body)

    assert mails()[before:] == [("mail_invoice", invoice.id, ["boss@client.test"], [], ["archive@acme.test"])]


def test_refusals(organization):
    api = ApiClient(organization)
    silent = an_invoice(a_customer(organization, "silent"))

    assert api.post(f"/invoices/{silent.id}/resend_email", expect=422)["error_details"] == {
        "to": ["value_is_mandatory"]
    }
    api.post(f"/invoices/{silent.id}/resend_email", {"to": ["nobody"]}, expect=422)
    api.post(f"/invoices/{silent.id}/resend_email", [], expect=422)
    api.post("/invoices/nothing/resend_email", expect=404)
    api.post("/payment_receipts/nothing/resend_email", expect=404)


def test_a_draft_is_not_sent():
    sandbox = an_organization("Sandbox")
    a_customer(sandbox, "graceful", invoice_grace_period=3, email="one@client.test")
    a_subscription(sandbox, external_customer_id="graceful")
    (draft,) = bill(sandbox, at=instant("2024-02-01"))

    assert ApiClient(sandbox).post(f"/invoices/{draft.id}/resend_email", expect=405)["code"] == "is_draft"
