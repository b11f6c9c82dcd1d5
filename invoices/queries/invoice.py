"""Invoices, their fees and the runs that make them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Func, IntegerField, Prefetch, Q, QuerySet, Sum

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from customers.queries import of_customer_for_wire
from invoices.models import (
    GIVEN_BACK,
    NUMBERED,
    Alert,
    AppliedUsageThreshold,
    BillingRun,
    ChunkStatus,
    Credit,
    Fee,
    Invoice,
    InvoiceSubscription,
    Wallet,
)
from plans.models import AppliedCoupon, Subscription
from plans.queries import for_wire as subscriptions_for_wire

MOST_NUMBERS = 200
SHORTEST_PART = 3


def invoices_of(organization: Organization) -> QuerySet[Invoice]:
    """Those that the reference system's API returns, newest first."""
    return Invoice.objects.filter(organization=organization).visible().newest_first()


def numbered(organization: Organization, term: str) -> Q:
    """Invoices whose number begins with ``term``, along the index of numbers; if none does, those that hold it.

    Of many with such a beginning ``MOST_NUMBERS``. What is shorter than a trigram could use no index.
    """
    issued = Invoice.objects.filter(billing_entity__organization=organization, status__in=NUMBERED)
    found = issued.filter(number__startswith=term.upper()).order_by().values_list("pk", flat=True)[:MOST_NUMBERS]
    part = Q(number__icontains=term) if len(term) >= SHORTEST_PART else Q(pk__in=[])
    return Q(pk__in=list(found)) if found else part


def for_wire(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    loaded = invoices.select_related("billing_entity", "customer__billing_entity")
    return loaded.prefetch_related("applied_taxes", *of_customer_for_wire("customer__"))


def with_details(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    periods = InvoiceSubscription.objects.prefetch_related(
        Prefetch("subscription", subscriptions_for_wire(Subscription.objects.all()))
    )
    return for_wire(invoices).prefetch_related(
        Prefetch("fees", fees_for_wire(Fee.objects.all())),
        Prefetch("invoice_subscriptions", periods),
        Prefetch("credits", credits_for_wire()),
        Prefetch("applied_usage_thresholds", AppliedUsageThreshold.objects.select_related("usage_threshold")),
    )


def for_document(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """With what their documents show, which is a third of ``with_details``."""
    periods = InvoiceSubscription.objects.select_related("subscription__plan")
    return invoices.select_related("organization").prefetch_related(
        "applied_taxes",
        Prefetch("fees", Fee.objects.prefetch_related("applied_taxes")),
        Prefetch("invoice_subscriptions", periods),
        Prefetch("credits", credits_for_wire()),
    )


def invoice_by_id(organization: Organization, lago_id: str | UUID) -> Invoice:
    """Raises ``NotFound``: ``invoice_not_found``, also for what is not an id."""
    try:
        found = invoices_of(organization).filter(id=lago_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("invoice")
    return found


def invoice_details(organization: Organization, lago_id: str | UUID) -> Invoice:
    """One invoice with everything that the wire and its document show."""
    return with_details(Invoice.objects.filter(organization=organization)).get(id=lago_id)


def fees_of(organization: Organization) -> QuerySet[Fee]:
    """Oldest first."""
    return Fee.objects.filter(organization=organization).order_by("created_at", "id")


def fees_for_wire(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    loaded = fees.select_related("customer", "subscription", "charge", "charge_filter")
    true_ups = Fee.objects.only("id", "true_up_parent_id")
    return loaded.prefetch_related("applied_taxes", Prefetch("true_up_fees", true_ups))


def alerts_of_subscription(subscription: Subscription) -> QuerySet[Alert]:
    """Those of its external id, newest first, with all that the wire shows."""
    alerts = Alert.objects.filter(
        organization=subscription.organization_id,
        external_subscription_id=subscription.external_id,
        deleted_at__isnull=True,
    )
    return alerts_for_wire(alerts)


def alerts_of_wallet(wallet: Wallet) -> QuerySet[Alert]:
    return alerts_for_wire(Alert.objects.filter(wallet=wallet, deleted_at__isnull=True))


def alerts_for_wire(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    return alerts.select_related("billable_metric", "wallet").prefetch_related("thresholds")


@dataclass(frozen=True, slots=True)
class BillingProgress:
    customers_done: int
    customers_failed: int
    invoices_created: int


def billing_progress(run: BillingRun) -> BillingProgress:
    """How far a run is, summed over its finished chunks."""
    done = run.chunks.filter(status=ChunkStatus.DONE).aggregate(
        customers=Sum(Func("customer_ids", function="cardinality", output_field=IntegerField())),
        failed=Sum("customers_failed"),
        created=Sum("invoices_created"),
    )
    return BillingProgress(done["customers"] or 0, done["failed"] or 0, done["created"] or 0)


def credits_for_wire() -> QuerySet[Credit]:
    """In the order in which they were taken off."""
    sources = ("applied_coupon__coupon", "credit_note__invoice", "progressive_billing_invoice")
    return Credit.objects.select_related("invoice", *sources).order_by("created_at", "id")


def applied_coupons_of(organization: Organization) -> QuerySet[AppliedCoupon]:
    """With all that the wire shows, the newest first."""
    applied = AppliedCoupon.objects.filter(organization=organization).select_related("coupon", "customer")
    return applied.prefetch_related(Prefetch("credits", credits_for_wire())).order_by("-created_at", "-id")


def used_cents_of_coupons(applied_coupon_ids: Collection[UUID]) -> dict[UUID, int]:
    """What invoices took of applied coupons; what voided ones took is there again (3-K8)."""
    used = Credit.objects.filter(applied_coupon_id__in=list(applied_coupon_ids)).exclude(invoice__status__in=GIVEN_BACK)
    sums = used.order_by().values_list("applied_coupon_id").annotate(Sum("amount_cents"))
    return {key: cents for key, cents in sums if key is not None}
