"""Revenue by calendar month, from what was invoiced: each figure one statement over the months asked for.

The month is that of the issuing date, or of the due date for what is overdue. Amounts are in the currency's smallest
unit, with taxes unless said otherwise. A month without any has no row.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from psycopg.types.json import Jsonb

from customers.models import Organization
from invoices.models import CreditNote, CreditNoteStatus, Fee, FeeType, Invoice, InvoiceStatus
from plans.periods import TICK
from plans.periods.terms import PERIODS_A_YEAR

MONTHS_A_YEAR = 12
FEW_INVOICES = 10_000

# What is active at the end of each month, or at the instant asked for where the month is not over.
_MRR = """
    SELECT ends.month::date, plan.amount_currency, round(sum(
        plan.amount_cents * (%(periods_a_year)s::jsonb ->> plan.interval)::numeric) / 12)::bigint
    FROM (
        SELECT month, least(month + interval '1 month', %(at)s) AS at
        FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') AS months (month)
    ) AS ends
    JOIN plans_subscription AS active
        ON active.organization_id = %(organization)s
        AND active.status IN ('active', 'terminated')
        AND coalesce(active.activated_at, active.started_at) < ends.at
        AND coalesce(active.terminated_at >= ends.at, true)
        AND coalesce(coalesce(active.trial_ended_at, active.trial_end_at) < ends.at, true)
    JOIN plans_plan AS plan ON plan.id = active.plan_id
    WHERE %(currency)s IN ('', plan.amount_currency)
    GROUP BY 1, 2 ORDER BY 1, 2"""


class MonthRow(TypedDict):
    month: date
    currency: str
    amount_cents: int


class CountedRow(MonthRow):
    invoices_count: int


class CollectionRow(CountedRow):
    payment_status: str


class UsageRow(MonthRow):
    code: str


class OverdueRow(MonthRow):
    lago_invoice_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """Whose revenue, over which months: ``first`` and ``last`` are the first days of the outermost ones."""

    organization: Organization
    first: date
    last: date
    currency: str = ""
    external_customer_id: str = ""
    billing_entity_code: str = ""

    @property
    def finalized(self) -> QuerySet[Invoice]:
        named = {
            "currency": self.currency,
            "customer__external_id": self.external_customer_id,
            "billing_entity__code": self.billing_entity_code,
        }
        chosen = {column: value for column, value in named.items() if value}
        issued = Invoice.objects.filter(organization=self.organization, status=InvoiceStatus.FINALIZED, **chosen)
        return issued.order_by()

    @property
    def issued(self) -> QuerySet[Invoice]:
        """Within the months. Invoices lost in a dispute are no revenue."""
        won = self.finalized.filter(payment_dispute_lost_at__isnull=True)
        return won.filter(issuing_date__gte=self.first, issuing_date__lt=month_after(self.last))


class RevenueRows(NamedTuple):
    """All currencies, by month."""

    recurring: list[MonthRow]
    gross: list[CountedRow]
    collected: list[CollectionRow]
    overdue: list[MonthRow]
    usage: list[UsageRow]


def has_few_invoices(organization: Organization) -> bool:
    """Few enough to be added up while someone waits."""
    return Invoice.objects.filter(organization=organization)[: FEW_INVOICES + 1].count() <= FEW_INVOICES


def revenue_now(organization_id: str, months: str) -> RevenueRows:
    """Of so many months up to the present one."""
    organization = Organization.objects.get(pk=organization_id)
    now = organization.now()
    last = now.date().replace(day=1)
    asked = Revenue(organization=organization, first=months_before(last, int(months) - 1), last=last)
    late = [
        MonthRow(month=row["month"], currency=row["currency"], amount_cents=row["amount_cents"])
        for row in overdue_balance(asked)
    ]
    return RevenueRows(mrr(asked, at=now), gross_revenue(asked), invoice_collection(asked), late, invoiced_usage(asked))


def month_after(first: date) -> date:
    return date(first.year + first.month // MONTHS_A_YEAR, first.month % MONTHS_A_YEAR + 1, 1)


def months_before(first: date, months: int) -> date:
    """The first day of the month that many months earlier."""
    year, month = divmod(first.year * MONTHS_A_YEAR + first.month - 1 - months, MONTHS_A_YEAR)
    return date(year, month + 1, 1)


def gross_revenue(revenue: Revenue) -> list[CountedRow]:
    """Totals of what was invoiced, less what was refunded of it."""
    months = revenue.issued.annotate(month=TruncMonth("issuing_date")).values("month", "currency")
    invoiced = months.annotate(amount_cents=Sum("total_amount_cents"), invoices_count=Count("pk"))
    refunded = _refunded(revenue)
    return [
        CountedRow(
            month=row["month"],
            currency=row["currency"],
            amount_cents=row["amount_cents"] - refunded.get((row["month"], row["currency"]), 0),
            invoices_count=row["invoices_count"],
        )
        for row in invoiced.order_by("month", "currency")
    ]


def _refunded(revenue: Revenue) -> dict[tuple[date, str], int]:
    """By the month of the invoice, so that a month's revenue is what is left of its invoices."""
    notes = CreditNote.objects.filter(
        status=CreditNoteStatus.FINALIZED, refund_amount_cents__gt=0, voided_at__isnull=True, invoice__in=revenue.issued
    )
    months = notes.order_by().annotate(month=TruncMonth("invoice__issuing_date"))
    sums = months.values_list("month", "currency").annotate(Sum("refund_amount_cents"))
    return {(month, currency): cents for month, currency, cents in sums}


def invoice_collection(revenue: Revenue) -> list[CollectionRow]:
    """Totals of what was invoiced, by whether it is paid."""
    months = revenue.issued.annotate(month=TruncMonth("issuing_date")).values("month", "currency", "payment_status")
    sums = months.annotate(amount_cents=Sum("total_amount_cents"), invoices_count=Count("pk"))
    return [CollectionRow(**row) for row in sums.order_by("month", "currency", "payment_status")]


def invoiced_usage(revenue: Revenue) -> list[UsageRow]:
    """Charges by metric, before coupons and taxes."""
    fees = Fee.objects.filter(fee_type=FeeType.CHARGE, invoice__in=revenue.issued).order_by()
    months = fees.annotate(month=TruncMonth("invoice__issuing_date"), currency=F("amount_currency"))
    sums = months.values("month", "currency", code=F("item_code")).annotate(cents=Sum("amount_cents"))
    return [
        UsageRow(month=row["month"], currency=row["currency"], amount_cents=row["cents"], code=row["code"])
        for row in sums.order_by("month", "currency", "code")
    ]


def overdue_balance(revenue: Revenue) -> list[OverdueRow]:
    """What is still due of overdue invoices, by the month that it was due in, with the invoices."""
    late = revenue.finalized.filter(
        payment_overdue=True,
        payment_dispute_lost_at__isnull=True,
        payment_due_date__gte=revenue.first,
        payment_due_date__lt=month_after(revenue.last),
    )
    due = F("total_amount_cents") - F("total_paid_amount_cents") - F("offset_amount_cents")
    months = late.annotate(month=TruncMonth("payment_due_date")).values("month", "currency")
    sums = months.annotate(amount_cents=Sum(due), ids=ArrayAgg("id", order_by="id"))
    return [
        OverdueRow(
            month=row["month"],
            currency=row["currency"],
            amount_cents=row["amount_cents"],
            lago_invoice_ids=[str(each) for each in row["ids"]],
        )
        for row in sums.order_by("month", "currency")
    ]


def mrr(revenue: Revenue, *, at: datetime) -> list[MonthRow]:
    """Monthly recurring revenue: what the plans of the subscriptions active at a month's end come to in a month.

    The price of the interval without charges, coupons and taxes, as the plan is today; trials do not count. A yearly
    plan of 1,200.00 is 100.00, a weekly one of 12.00 is 12 × 52 ÷ 12 = 52.00. Rounded once for each month and currency.
    """
    asked: dict[str, Any] = {
        "organization": revenue.organization.pk,
        "first": revenue.first,
        "last": revenue.last,
        "at": at + TICK,  # what starts at this instant is active, what ends at it is not
        "currency": revenue.currency,
        "periods_a_year": Jsonb(PERIODS_A_YEAR),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MRR, asked)
        return [MonthRow(month=month, currency=currency, amount_cents=cents) for month, currency, cents in cursor]
