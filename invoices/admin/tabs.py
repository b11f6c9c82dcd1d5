"""Invoices and current usage on the pages of customers and subscriptions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from billing_site.kernel.admin.display import badge, day, link, money, units
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from billing_site.kernel.formatting import format_period
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.admin.invoice_page import payment_badge
from invoices.billing.usage import ChargeUsage, UsageStatement, current_usage
from invoices.models import VISIBLE_STATUSES, Invoice
from plans.admin.subscription import SubscriptionAdmin
from plans.models import Subscription, SubscriptionStatus
from plans.periods import last_date, local_date
from plans.queries import with_terms

INVOICES_SHOWN = 100
SUBSCRIPTIONS_SHOWN = 20


def invoices_of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    return {"table": _invoices(Invoice.objects.filter(customer=customer))}


def invoices_of_subscription(request: HttpRequest, subscription: Subscription) -> dict[str, Any]:
    return {"table": _invoices(Invoice.objects.filter(invoice_subscriptions__subscription=subscription))}


def usage_of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    running = customer.subscriptions.filter(status=SubscriptionStatus.ACTIVE).order_by("-created_at")
    return _usage(request, running)


def usage_of_subscription(request: HttpRequest, subscription: Subscription) -> dict[str, Any]:
    running = Subscription.objects.filter(pk=subscription.pk, status=SubscriptionStatus.ACTIVE)
    return _usage(request, running)


def _invoices(invoices: QuerySet[Invoice]) -> Table:
    newest = invoices.filter(status__in=VISIBLE_STATUSES).order_by("-issuing_date", "-created_at", "-id")
    return Table(
        columns=("Invoice", "State", "Payment", "Issued", "Due", "Total"),
        rows=[
            (
                link(invoice, "" if invoice.number else "Draft"),
                badge(invoice.status),
                payment_badge(invoice),
                day(invoice.issuing_date),
                day(invoice.payment_due_date),
                money(invoice.total_amount_cents, invoice.currency),
            )
            for invoice in newest[:INVOICES_SHOWN]
        ],
        numbers={"Total"},
        empty="No invoices yet. The first one comes when a period ends.",
    )


def _usage(request: HttpRequest, running: QuerySet[Subscription]) -> dict[str, Any]:
    """What the API and the portal show as current usage."""
    statements = current_usage(list(with_terms(running)[:SUBSCRIPTIONS_SHOWN]), at=organization_of(request).now())
    return {"statements": [_statement(statement) for statement in statements]}


def _statement(statement: UsageStatement) -> dict[str, Any]:
    subscription, currency = statement.subscription, statement.subscription.plan.amount_currency
    timezone = subscription.customer.applicable_timezone
    first, last = local_date(statement.period.start, timezone), last_date(statement.period, timezone)
    table = Table(
        columns=("Metric", "Units", "Events", "Amount so far"),
        rows=[_charge(usage, currency) for usage in statement.charges],
        numbers={"Units", "Events", "Amount so far"},
        empty="The plan bills no usage.",
    )
    return {
        "subscription": link(subscription),
        "period": format_period(first, last, "en"),
        "total": money(statement.settlement.total_amount_cents, currency),
        "table": table,
    }


def _charge(usage: ChargeUsage, currency: str) -> tuple[str, str, str, str]:
    quantity = sum((fee.units for fee in usage.fees), start=0)
    events = sum(fee.events_count or 0 for fee in usage.fees)
    amount = sum(fee.amount_cents for fee in usage.fees)
    return usage.charge.display_name, units(quantity), units(events), money(amount, currency)


INVOICE_PERMISSION = "invoices.view_invoice"
CustomerAdmin.tabs += [
    Tab(
        name="invoices",
        title="Invoices",
        template="admin/tab_table.html",
        context=invoices_of_customer,
        permission=INVOICE_PERMISSION,
        position=20,
    ),
    Tab(
        name="usage",
        title="Current usage",
        template="admin/tab_usage.html",
        context=usage_of_customer,
        permission=INVOICE_PERMISSION,
        position=30,
    ),
]
SubscriptionAdmin.tabs += [
    Tab(
        name="invoices",
        title="Invoices",
        template="admin/tab_table.html",
        context=invoices_of_subscription,
        permission=INVOICE_PERMISSION,
        position=20,
    ),
    Tab(
        name="usage",
        title="Current usage",
        template="admin/tab_usage.html",
        context=usage_of_subscription,
        permission=INVOICE_PERMISSION,
        position=30,
    ),
]
