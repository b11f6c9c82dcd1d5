"""Send customers what concerns them: by itself where a billing entity says so (I24), or again when somebody asks.

A sandbox sends nothing: the customers in it may be copies of real ones.
"""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from billing_site.kernel.errors import NotAllowed, ValidationFailed
from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.drafts import InvoiceDraft
from invoices.documents.mail import Recipients, invoice_mail, receipt_mail, request_mail
from invoices.models import Invoice, InvoiceStatus, InvoiceType, PaymentReceipt, PaymentRequest

INVOICE_FINALIZED = "invoice.finalized"
RECEIPT_CREATED = "payment_receipt.created"
ISSUED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)


class Addresses(TypedDict, total=False):
    """Whom to write to instead of the customer."""

    to: list[str]
    cc: list[str]
    bcc: list[str]


def resend_invoice(*, invoice: Invoice, addresses: Addresses) -> None:
    """Send an issued invoice. Raises ``NotAllowed`` (``is_draft``) and ``ValidationFailed`` without any address."""
    if invoice.status not in ISSUED:
        raise NotAllowed("is_draft")
    _queue("invoices.tasks.mail_invoice", invoice.id, invoice.organization, invoice.customer.email, addresses)


def resend_receipt(*, receipt: PaymentReceipt, addresses: Addresses) -> None:
    """Send a receipt. Raises ``ValidationFailed`` without any address."""
    _queue("invoices.tasks.mail_receipt", receipt.id, receipt.organization, receipt.customer.email, addresses)


def queue_issued_invoices(*, drafts: Sequence[InvoiceDraft]) -> None:
    """Have those sent that are issued now, to customers with an address, where their issuer says so."""
    wanted = [draft for draft in drafts if draft.status == InvoiceStatus.FINALIZED and draft.is_invoiced]
    wanted = [draft for draft in wanted if INVOICE_FINALIZED in draft.issuer.email_settings and draft.customer.email]
    if wanted and not _is_sandbox(wanted[0].customer.organization_id):
        for draft in wanted:
            if draft.invoice_type != InvoiceType.CREDIT:
                enqueue("invoices.tasks.mail_invoice", draft.id, _split(draft.customer.email), [], [], inline=False)


def queue_receipts(*, receipts: Sequence[PaymentReceipt]) -> None:
    """Have new receipts sent to customers with an address, where their issuer says so. One query."""
    wanted = PaymentReceipt.objects.filter(
        id__in=[receipt.id for receipt in receipts],
        billing_entity__email_settings__contains=[RECEIPT_CREATED],
        organization__sandbox=False,
    )
    for receipt_id, email in wanted.exclude(customer__email="").values_list("id", "customer__email"):
        enqueue("invoices.tasks.mail_receipt", receipt_id, _split(email), [], [], inline=False)


def queue_request(*, payment_request: PaymentRequest, bcc: Sequence[str] = ()) -> None:
    """Have a payment request sent to the address that it names."""
    if not payment_request.organization.sandbox:
        enqueue("invoices.tasks.mail_request", payment_request.id, list(bcc), inline=False)


def send_invoice(*, invoice_id: UUID, recipients: Recipients) -> None:
    """Now. May run twice when a worker dies, and then sends twice."""
    invoice = Invoice.objects.select_related("customer", "billing_entity").get(id=invoice_id)
    invoice_mail(invoice, recipients).send()


def send_receipt(*, receipt_id: UUID, recipients: Recipients) -> None:
    receipt = PaymentReceipt.objects.select_related("customer", "billing_entity", "payment").get(id=receipt_id)
    receipt_mail(receipt, recipients).send()


def send_request(*, request_id: UUID, bcc: Sequence[str]) -> None:
    request = PaymentRequest.objects.select_related("customer").get(id=request_id)
    invoices = list(request.invoices.select_related("billing_entity", "customer").order_by("payment_due_date", "id"))
    request_mail(request, invoices, Recipients(_split(request.email), bcc=bcc)).send()


def _queue(task: str, row_id: UUID, organization: Organization, email: str, addresses: Addresses) -> None:
    given = (addresses.get("to", []), addresses.get("cc", []), addresses.get("bcc", []))
    to, cc, bcc = (_split(",".join(emails)) for emails in given)
    to = to or _split(email)
    if not to:
        raise ValidationFailed(to=["value_is_mandatory"])
    if not organization.sandbox:
        enqueue(task, row_id, to, cc, bcc, inline=False)


def _split(emails: str) -> list[str]:
    """A customer may have several addresses, with commas between them."""
    return [email.strip() for email in emails.split(",") if email.strip()]


def _is_sandbox(organization_id: UUID) -> bool:
    return Organization.objects.filter(id=organization_id, sandbox=True).exists()
