"""How far a subscription is to its usage thresholds, who is told of what, and what was told."""

from typing import Any

from django.http import HttpRequest

from billing_site.kernel.admin.display import instant, link, money, units
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from invoices.billing.progress import Progress, progress_of
from invoices.models import Alert, TriggeredAlert
from invoices.queries import alerts_of_subscription
from plans.admin.subscription import SubscriptionAdmin
from plans.models import Subscription
from plans.queries import with_applicable_thresholds, with_terms

TRIGGERED_SHOWN = 50


def thresholds_and_alerts(request: HttpRequest, row: Subscription) -> dict[str, Any]:
    if row.started_at is None:
        return {}
    found = with_applicable_thresholds(with_terms(Subscription.objects.filter(pk=row.pk)))
    subscription = found.get()
    progress = progress_of(subscription, at=organization_of(request).now())
    triggered = TriggeredAlert.objects.filter(subscription=subscription).select_related("alert")
    return {
        "facts": _facts(progress),
        "completions": _completions(progress),
        "alerts": _alerts(list(alerts_of_subscription(subscription))),
        "triggered": _triggered(list(triggered[:TRIGGERED_SHOWN])),
    }


def _facts(progress: Progress) -> list[tuple[str, str]]:
    usage = progress.usage
    amounts = (
        ("Used in its lifetime", usage.total_cents),
        ("Invoiced", usage.invoiced_cents),
        ("Since then", usage.current_cents),
        ("Billed elsewhere before", usage.historical_cents),
    )
    return [(label, money(cents, usage.subscription.plan.amount_currency)) for label, cents in amounts]


def _completions(progress: Progress) -> list[dict[str, Any]]:
    currency = progress.usage.subscription.plan.amount_currency
    return [
        {
            "amount": money(int(each.value), currency),
            "percent": int(each.ratio * 100),
            "reached": instant(reached) if (reached := progress.reached_at.get(each.value)) else "",
        }
        for each in progress.completions
    ]


def _alerts(alerts: list[Alert]) -> Table:
    return Table(
        columns=("Alert", "Looks at", "Thresholds", "Value at last look", "Looked at (UTC)"),
        rows=[
            (
                link(alert),
                alert.get_alert_type_display(),
                ", ".join(_threshold(each.value, each.recurring) for each in alert.thresholds.all()),
                units(alert.previous_value),
                instant(alert.last_processed_at),
            )
            for alert in alerts
        ],
        numbers={"Value at last look"},
        empty="No alerts. Add one, or let the API: POST /subscriptions/{external_id}/alerts.",
    )


def _triggered(triggered: list[TriggeredAlert]) -> Table:
    return Table(
        columns=("When (UTC)", "Alert", "Passed", "From", "To"),
        rows=[
            (
                instant(each.triggered_at),
                str(each.alert),
                ", ".join(crossed["value"] for crossed in each.crossed_thresholds),
                units(each.previous_value),
                units(each.current_value),
            )
            for each in triggered
        ],
        numbers={"From", "To"},
        empty="No alert was triggered yet.",
    )


def _threshold(value: Any, recurring: bool) -> str:
    return f"every {units(value)}" if recurring else units(value)


SubscriptionAdmin.tabs += [
    Tab(
        name="thresholds",
        title="Thresholds and alerts",
        template="admin/tab_thresholds.html",
        context=thresholds_and_alerts,
        permission="plans.view_subscription",
        position=40,
    ),
]
