"""What the overview shows: one small query each, along an index, but for ``sums``."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Sum

from billing_site.kernel.remembered import Remembered, remembered
from customers.models import Customer, Organization
from invoices.models import BillingFailure, BillingRun, Invoice, InvoiceStatus
from invoices.queries.analytics import has_few_invoices
from plans.models import Plan, Subscription
from plans.queries import active_subscriptions
from usage.models import BillableMetric, UsageFlush, UsageStream

CHART_DAYS = 30
QUARTER_HOURS_A_DAY = 96
RECENT_INVOICES = 6
FEW_STREAMS = 10_000

# From the buckets, not the events: what is counted here may be a minute old. The metric is named where there is one.
_USAGE_OF_DAYS = """
    SELECT b.quarter_hour / %(a_day)s AS day, c.code, sum(b.events_count)
    FROM usage_code c
    CROSS JOIN usage_stream s
    JOIN usage_bucket b ON b.stream_id = s.id AND b.code_id = c.id
        AND b.quarter_hour >= %(first)s AND b.quarter_hour < %(end)s
    WHERE c.organization_id = %(organization)s AND s.organization_id = %(organization)s
    GROUP BY 1, 2"""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class UsageDay:
    day: date
    code: str
    events_count: int


@dataclass(frozen=True)
class Owed:
    currency: str
    count: int
    amount_cents: int


@dataclass(frozen=True)
class Sums:
    """What adds up many rows. ``billed``: the invoices of each day of the chart; ``invoiced``: those of this month."""

    usage: list[UsageDay]
    billed: dict[date, int]
    invoiced: list[Owed]
    overdue: list[Owed]


def sums(organization: Organization) -> Remembered[Sums]:
    streams = UsageStream.objects.filter(organization=organization)[: FEW_STREAMS + 1].count()
    is_small = streams <= FEW_STREAMS and has_few_invoices(organization)
    return remembered(sums_now, str(organization.pk), at_once=is_small)


def sums_now(organization_id: str) -> Sums:
    organization = Organization.objects.get(pk=organization_id)
    today = organization.now().date()
    return Sums(
        usage_of_last_days(organization, today),
        invoices_of_last_days(organization, today),
        invoiced_this_month(organization, today),
        overdue(organization),
    )


def usage_of_last_days(organization: Organization, today: date) -> list[UsageDay]:
    """Events a day (UTC) and code over the chart's days."""
    first = today - timedelta(days=CHART_DAYS - 1)
    numbers: dict[str, Any] = {
        "a_day": QUARTER_HOURS_A_DAY,
        "first": (first - _EPOCH).days * QUARTER_HOURS_A_DAY,
        "end": ((today - _EPOCH).days + 1) * QUARTER_HOURS_A_DAY,
        "organization": organization.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USAGE_OF_DAYS, numbers)
        return [UsageDay(_EPOCH + timedelta(days=day), code, int(count)) for day, code, count in cursor.fetchall()]


def invoices_of_last_days(organization: Organization, today: date) -> dict[date, int]:
    first = today - timedelta(days=CHART_DAYS - 1)
    billed = _billed(organization).filter(issuing_date__gte=first, issuing_date__lte=today)
    return dict(billed.values_list("issuing_date").annotate(Count("pk")).order_by())


def invoiced_this_month(organization: Organization, today: date) -> list[Owed]:
    """Finalized, by currency; with taxes."""
    return _by_currency(_billed(organization).filter(issuing_date__gte=today.replace(day=1), issuing_date__lte=today))


def overdue(organization: Organization) -> list[Owed]:
    unpaid = Invoice.objects.filter(
        organization=organization,
        status=InvoiceStatus.FINALIZED,
        payment_status__in=["pending", "failed"],
        payment_overdue=True,
    )
    return _by_currency(unpaid)


def next_run(organization: Organization) -> tuple[datetime | None, int]:
    """When the next subscriptions are due, and how many on that day (UTC)."""
    first = (
        active_subscriptions(organization).order_by("next_billing_at").values_list("next_billing_at", flat=True).first()
    )
    if first is None:
        return None, 0
    until = datetime.combine(first.date() + timedelta(days=1), time(), UTC)
    return first, active_subscriptions(organization).filter(next_billing_at__lt=until).count()


def drafts(organization: Organization) -> int:
    return Invoice.objects.filter(organization=organization, status=InvoiceStatus.DRAFT).count()


def open_failures(organization: Organization) -> int:
    return BillingFailure.objects.filter(organization=organization, resolved_at__isnull=True).count()


def recent_invoices(organization: Organization) -> QuerySet[Invoice]:
    newest = Invoice.objects.filter(organization=organization).visible().newest_first()
    return newest.select_related("customer")[:RECENT_INVOICES]


def running_run(organization: Organization) -> BillingRun | None:
    return BillingRun.objects.filter(organization=organization, status="running").first()


def steps_taken(organization: Organization) -> dict[str, bool]:
    """What a newcomer has done already, in one query."""
    own = {"organization": OuterRef("pk")}
    kinds: dict[str, type[Model]] = {
        "metric": BillableMetric,
        "plan": Plan,
        "customer": Customer,
        "subscription": Subscription,
        "usage": UsageFlush,
        "invoice": Invoice,
    }
    made = {name: Exists(kind._default_manager.filter(**own)) for name, kind in kinds.items()}
    taken: dict[str, Any] = {**Organization.objects.filter(pk=organization.pk).values(**made).get()}
    return taken


def _billed(organization: Organization) -> QuerySet[Invoice]:
    return Invoice.objects.filter(organization=organization, status=InvoiceStatus.FINALIZED)


def _by_currency(invoices: QuerySet[Invoice]) -> list[Owed]:
    sums = invoices.values("currency").annotate(count=Count("pk"), amount=Sum("total_amount_cents")).order_by("-amount")
    return [Owed(row["currency"], row["count"], row["amount"]) for row in sums]
