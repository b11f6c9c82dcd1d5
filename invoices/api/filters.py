"""Filters of the lists of invoices, fees and credit notes."""

from typing import Any, TypeVar

import django_filters
from django.db.models import Q, QuerySet

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet, MappingFilter
from customers.models import Customer
from invoices.models import (
    VISIBLE_STATUSES,
    CreditNote,
    CreditNoteReason,
    CreditStatus,
    Fee,
    FeePaymentStatus,
    FeeType,
    Invoice,
    InvoiceType,
    Payment,
    PaymentReceipt,
    PaymentRequest,
    PaymentStatus,
    PaymentType,
    RefundStatus,
)
from plans.models import AppliedCoupon, AppliedCouponStatus

Document = TypeVar("Document", Invoice, CreditNote)


def numbered_or_of_customer(rows: QuerySet[Document], term: str) -> QuerySet[Document]:
    """Each side along its own index: one OR over two tables could use none."""
    wanted = Q(name__icontains=term) | Q(external_id__icontains=term) | Q(email__icontains=term)
    of_customer = rows.filter(customer__in=Customer.objects.filter(wanted)).order_by().values("pk")
    return rows.filter(pk__in=rows.filter(number__icontains=term).order_by().values("pk").union(of_customer))


class InvoiceFilters(ListFilterSet):
    """Every filter of the reference system; singular and plural names mean the same."""

    external_customer_id = django_filters.CharFilter("customer__external_id")
    customer_external_id = django_filters.CharFilter("customer__external_id")
    subscription_id = django_filters.CharFilter(method="of_subscription")
    external_subscription_id = django_filters.CharFilter(method="of_subscription")
    billing_entity_codes = ArrayFilter("billing_entity__code")
    currency = django_filters.CharFilter("currency")
    invoice_type = ArrayFilter("invoice_type", choices=InvoiceType)
    invoice_types = ArrayFilter("invoice_type", choices=InvoiceType)
    status = ArrayFilter("status", choices=VISIBLE_STATUSES)
    statuses = ArrayFilter("status", choices=VISIBLE_STATUSES)
    payment_status = ArrayFilter("payment_status", choices=PaymentStatus)
    payment_statuses = ArrayFilter("payment_status", choices=PaymentStatus)
    payment_overdue = django_filters.BooleanFilter("payment_overdue")
    payment_dispute_lost = django_filters.BooleanFilter("payment_dispute_lost_at", lookup_expr="isnull", exclude=True)
    self_billed = django_filters.BooleanFilter("self_billed")
    issuing_date_from = django_filters.DateFilter("issuing_date", lookup_expr="gte")
    issuing_date_to = django_filters.DateFilter("issuing_date", lookup_expr="lte")
    amount_from = django_filters.NumberFilter("total_amount_cents", lookup_expr="gte", max_value=2**63 - 1)
    amount_to = django_filters.NumberFilter("total_amount_cents", lookup_expr="lte", max_value=2**63 - 1)
    metadata = MappingFilter(method="with_metadata")
    search_term = django_filters.CharFilter(method="search")

    class Meta:
        model = Invoice
        fields: list[str] = []

    def of_subscription(self, rows: QuerySet[Invoice], name: str, external_id: str) -> QuerySet[Invoice]:
        return rows.filter(invoice_subscriptions__subscription__external_id=external_id).distinct()

    def with_metadata(self, rows: QuerySet[Invoice], name: str, wanted: dict[str, Any]) -> QuerySet[Invoice]:
        """An empty value asks for invoices without the key."""
        for key, value in wanted.items():
            entry = [{"key": key, "value": value}] if value else [{"key": key}]
            rows = rows.filter(metadata__contains=entry) if value else rows.exclude(metadata__contains=entry)
        return rows

    def search(self, rows: QuerySet[Invoice], name: str, term: str) -> QuerySet[Invoice]:
        return numbered_or_of_customer(rows, term)


class AppliedCouponFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    status = ArrayFilter("status", choices=AppliedCouponStatus)
    coupon_code = ArrayFilter("coupon__code")

    class Meta:
        model = AppliedCoupon
        fields: list[str] = []


class FeeFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    external_subscription_id = django_filters.CharFilter("subscription__external_id")
    billable_metric_code = django_filters.CharFilter("charge__billable_metric__code")
    currency = django_filters.CharFilter("amount_currency")
    fee_type = ArrayFilter("fee_type", choices=FeeType)
    payment_status = ArrayFilter("payment_status", choices=FeePaymentStatus)
    event_transaction_id = django_filters.CharFilter("pay_in_advance_event_transaction_id")
    created_at_from = django_filters.IsoDateTimeFilter("created_at", lookup_expr="gte")
    created_at_to = django_filters.IsoDateTimeFilter("created_at", lookup_expr="lte")
    succeeded_at_from = django_filters.IsoDateTimeFilter("succeeded_at", lookup_expr="gte")
    succeeded_at_to = django_filters.IsoDateTimeFilter("succeeded_at", lookup_expr="lte")
    failed_at_from = django_filters.IsoDateTimeFilter("failed_at", lookup_expr="gte")
    failed_at_to = django_filters.IsoDateTimeFilter("failed_at", lookup_expr="lte")
    refunded_at_from = django_filters.IsoDateTimeFilter("refunded_at", lookup_expr="gte")
    refunded_at_to = django_filters.IsoDateTimeFilter("refunded_at", lookup_expr="lte")

    class Meta:
        model = Fee
        fields: list[str] = []


class PaymentFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    invoice_id = django_filters.UUIDFilter("allocations__invoice")
    currency = django_filters.CharFilter("amount_currency")
    payment_status = ArrayFilter("payment_status", choices=PaymentStatus)
    type = ArrayFilter("payment_type", choices=PaymentType)

    class Meta:
        model = Payment
        fields: list[str] = []


class PaymentRequestFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    currency = django_filters.CharFilter("amount_currency")
    payment_status = ArrayFilter("payment_status", choices=PaymentStatus)

    class Meta:
        model = PaymentRequest
        fields: list[str] = []


class ReceiptFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    invoice_id = django_filters.UUIDFilter("payment__allocations__invoice")

    class Meta:
        model = PaymentReceipt
        fields: list[str] = []


class CreditNoteFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    customer_external_id = django_filters.CharFilter("customer__external_id")
    billing_entity_codes = ArrayFilter("invoice__billing_entity__code")
    invoice_number = django_filters.CharFilter("invoice__number")
    currency = django_filters.CharFilter("currency")
    reason = ArrayFilter("reason", choices=CreditNoteReason)
    credit_status = ArrayFilter("credit_status", choices=CreditStatus)
    refund_status = ArrayFilter("refund_status", choices=RefundStatus)
    self_billed = django_filters.BooleanFilter("invoice__self_billed")
    issuing_date_from = django_filters.DateFilter("issuing_date", lookup_expr="gte")
    issuing_date_to = django_filters.DateFilter("issuing_date", lookup_expr="lte")
    amount_from = django_filters.NumberFilter("total_amount_cents", lookup_expr="gte", max_value=2**63 - 1)
    amount_to = django_filters.NumberFilter("total_amount_cents", lookup_expr="lte", max_value=2**63 - 1)
    search_term = django_filters.CharFilter(method="search")

    class Meta:
        model = CreditNote
        fields: list[str] = []

    def search(self, rows: QuerySet[CreditNote], name: str, term: str) -> QuerySet[CreditNote]:
        return numbered_or_of_customer(rows, term)
