"""Payments, payment requests and receipts, newest first."""

from django.db.models import Prefetch, QuerySet

from customers.models import Customer, Organization
from customers.queries import of_customer_for_wire
from invoices.models import (
    Invoice,
    InvoiceStatus,
    Payment,
    PaymentAllocation,
    PaymentMethod,
    PaymentReceipt,
    PaymentRequest,
    PaymentStatus,
)
from invoices.queries.invoice import for_wire


def payments_of(organization: Organization) -> QuerySet[Payment]:
    return Payment.objects.filter(organization=organization).order_by("-created_at", "-id")


def payments_for_wire(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    return payments.select_related("customer", "receipt").prefetch_related(_allocations("allocations"))


def requests_of(organization: Organization) -> QuerySet[PaymentRequest]:
    return PaymentRequest.objects.filter(organization=organization).order_by("-created_at", "-id")


def requests_for_wire(requests: QuerySet[PaymentRequest]) -> QuerySet[PaymentRequest]:
    invoices = for_wire(Invoice.objects.order_by("issuing_date", "created_at", "id"))
    loaded = requests.select_related("customer__billing_entity")
    return loaded.prefetch_related(*of_customer_for_wire("customer__"), Prefetch("invoices", invoices))


def receipts_of(organization: Organization) -> QuerySet[PaymentReceipt]:
    return PaymentReceipt.objects.filter(organization=organization).order_by("-created_at", "-id")


def receipts_for_wire(receipts: QuerySet[PaymentReceipt]) -> QuerySet[PaymentReceipt]:
    return receipts.select_related("payment__customer", "payment__receipt").prefetch_related(
        _allocations("payment__allocations")
    )


def _allocations(relation: str) -> Prefetch:
    return Prefetch(relation, PaymentAllocation.objects.select_related("invoice").order_by("created_at", "id"))


def unpaid_invoices_of(customer: Customer) -> QuerySet[Invoice]:
    """Issued and not paid in full, those due first at the front."""
    issued = Invoice.objects.filter(customer=customer, status=InvoiceStatus.FINALIZED)
    unpaid = issued.exclude(payment_status=PaymentStatus.SUCCEEDED)
    return unpaid.order_by("payment_due_date", "created_at", "id")


def overdue_invoices_of(customer: Customer) -> QuerySet[Invoice]:
    return unpaid_invoices_of(customer).filter(payment_overdue=True).select_related("billing_entity")


def payment_methods_of(customer: Customer) -> QuerySet[PaymentMethod]:
    """The default first."""
    methods = PaymentMethod.objects.filter(customer=customer, deleted_at__isnull=True)
    return methods.select_related("provider").order_by("-is_default", "-created_at", "-id")
