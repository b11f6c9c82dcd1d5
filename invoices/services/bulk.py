"""The same for many invoices at once, and what it would come to before it is done."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.finalize import finalize_drafts
from invoices.billing.run import set_aside
from invoices.models import Invoice, InvoiceStatus, InvoiceType, PaymentStatus
from invoices.services.mail import resend_invoice
from usage.rollup import roll

MAILS_AT_A_TIME = 500


class Extent(NamedTuple):
    """How many invoices of how many customers, and their totals by currency, in cents."""

    invoices: int
    customers: int
    totals: dict[str, int]


def drafts_of(organization: Organization) -> QuerySet[Invoice]:
    return Invoice.objects.filter(organization=organization, status=InvoiceStatus.DRAFT)


def unpaid_with_address(organization: Organization) -> QuerySet[Invoice]:
    """Issued, not paid, and of somebody who can be written to."""
    issued = Invoice.objects.filter(organization=organization, status=InvoiceStatus.FINALIZED)
    unpaid = issued.exclude(payment_status=PaymentStatus.SUCCEEDED).exclude(invoice_type=InvoiceType.CREDIT)
    return unpaid.exclude(customer__email="")


def extent_of(invoices: QuerySet[Invoice]) -> Extent:
    """Two queries."""
    by_currency = invoices.order_by().values("currency").annotate(invoices=Count("id"), total=Sum("total_amount_cents"))
    rows = list(by_currency)
    customers = invoices.order_by().values("customer_id").distinct().count()
    return Extent(sum(row["invoices"] for row in rows), customers, {row["currency"]: row["total"] for row in rows})


def queue_all_drafts(*, organization: Organization) -> None:
    """Have all drafts finalized, whatever their grace period; in a sandbox at once."""
    enqueue("invoices.tasks.finalize_all_drafts", organization.id, inline=organization.sandbox)


def finalize_all_drafts(*, organization: Organization, at: datetime) -> int:
    """In batches, the oldest first; who fails is set aside and stays a draft. Run again it finds nothing left."""
    roll()
    finalized = finalize_drafts(drafts_of(organization).order_by("created_at", "id"), at=at)
    set_aside(organization, finalized.failures, at=at)
    return finalized.count


def queue_unpaid_mails(*, organization: Organization) -> None:
    """Have every unpaid invoice sent to its customer again."""
    enqueue("invoices.tasks.mail_unpaid", organization.id, inline=organization.sandbox)


def mail_unpaid(*, organization: Organization) -> int:
    """One task for each invoice, so that a mail server that fails delays only its own."""
    unpaid = unpaid_with_address(organization).select_related("organization", "customer").order_by("id")
    queued = 0
    for invoice in unpaid.iterator(chunk_size=MAILS_AT_A_TIME):
        resend_invoice(invoice=invoice, addresses={})
        queued += 1
    return queued
