"""What the portal reads of one customer. Every function is one query."""

from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from customers.models import Customer
from invoices.models import (
    CreditNote,
    CreditNoteStatus,
    Invoice,
    InvoiceStatus,
    PaymentAllocation,
    PaymentStatus,
    Wallet,
    WalletStatus,
)
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms

# Customers see an invoice once it is issued.
ISSUED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)


class Owed(TypedDict):
    """What is open in one currency; ``due_date`` is the earliest."""

    currency: str
    amount_cents: int
    overdue_amount_cents: int | None
    invoices_count: int
    due_date: date


def customer_with_portal(customer_id: UUID) -> Customer | None:
    found = Customer.objects.filter(id=customer_id, deleted_at__isnull=True)
    return found.select_related("organization", "billing_entity").first()


def issued_invoices(customer: Customer) -> QuerySet[Invoice]:
    """Newest first."""
    return Invoice.objects.filter(customer=customer, status__in=ISSUED).newest_first()


def issued_credit_notes(customer: Customer) -> QuerySet[CreditNote]:
    """Newest first."""
    issued = CreditNote.objects.filter(customer=customer, status=CreditNoteStatus.FINALIZED)
    return issued.order_by("-issuing_date", "-created_at", "-id")


def owed_by(customer: Customer) -> list[Owed]:
    """The unpaid rest of issued invoices, by currency."""
    unpaid = Invoice.objects.filter(
        customer=customer,
        status=InvoiceStatus.FINALIZED,
        payment_status__in=[PaymentStatus.PENDING, PaymentStatus.FAILED],
    )
    rest = F("total_amount_cents") - F("total_paid_amount_cents") - F("offset_amount_cents")
    return list(
        unpaid.alias(rest=rest)
        .filter(rest__gt=0)
        .order_by("currency")
        .values("currency")
        .annotate(
            amount_cents=Sum(rest),
            overdue_amount_cents=Sum(rest, filter=Q(payment_overdue=True)),
            invoices_count=Count("id"),
            due_date=Min("payment_due_date"),
        )
    )


def active_subscriptions(customer: Customer) -> QuerySet[Subscription]:
    """Newest first, with their terms."""
    active = Subscription.objects.filter(customer=customer, status=SubscriptionStatus.ACTIVE)
    return with_terms(active).order_by("-created_at", "-id")


def active_wallets(customer: Customer) -> QuerySet[Wallet]:
    """In the order in which they pay."""
    return Wallet.objects.filter(customer=customer, status=WalletStatus.ACTIVE).order_by("priority", "created_at", "id")


def payments_on(invoice: Invoice) -> QuerySet[PaymentAllocation]:
    """Those that were made, each with its receipt, oldest first."""
    made = PaymentAllocation.objects.filter(invoice=invoice, payment__receipt__isnull=False)
    return made.select_related("payment__receipt").order_by("payment__paid_at", "created_at", "id")


def next_billing_at(customer: Customer) -> datetime | None:
    active = Subscription.objects.filter(customer=customer, status=SubscriptionStatus.ACTIVE)
    return active.aggregate(first=Min("next_billing_at"))["first"]
