"""A subscription's story: what happened, and what is going to happen by itself."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing_site.kernel.admin.display import badge, instant, link, money
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from invoices.models import InvoiceStatus, InvoiceSubscription
from plans.admin.subscription import SubscriptionAdmin
from plans.models import Subscription, SubscriptionStatus
from plans.queries import end_reached_at, for_wire

SHOWN_INVOICES = 60
HIDDEN = (InvoiceStatus.CLOSED, InvoiceStatus.DELETED, InvoiceStatus.GENERATING, InvoiceStatus.OPEN)


class Moment(NamedTuple):
    at: datetime | None
    what: str | SafeString
    is_to_come: bool = False


def timeline(request: HttpRequest, row: Subscription) -> dict[str, Any]:
    subscription = for_wire(Subscription.objects.filter(pk=row.pk)).get()
    moments = [*_to_come(subscription), *_life(subscription), *_invoices(subscription)]
    dated = sorted(((each.at, each) for each in moments if each.at is not None), key=itemgetter(0), reverse=True)
    table = Table(
        columns=("When (UTC)", "", "What"),
        rows=[(instant(at), badge("pending", "to come") if each.is_to_come else "", each.what) for at, each in dated],
    )
    return {"table": table, "heading": "What happened, and what is next"}


def _life(subscription: Subscription) -> Iterator[Moment]:
    previous = subscription.previous_subscription
    yield Moment(subscription.created_at, format_html("Agreed, on plan {}", link(subscription.plan)))
    if previous is not None:
        yield Moment(subscription.started_at, format_html("Took over from plan {}", link(previous.plan)))
    else:
        yield Moment(subscription.started_at, "Started")
    if subscription.activated_at != subscription.started_at:
        yield Moment(subscription.activated_at, "Active from here on")
    yield Moment(subscription.trial_ended_at, "The free trial ended")
    yield Moment(subscription.terminated_at, "Ended")
    yield Moment(subscription.canceled_at, f"Canceled {subscription.cancellation_reason}".strip())


def _to_come(subscription: Subscription) -> Iterator[Moment]:
    if subscription.status == SubscriptionStatus.PENDING and subscription.previous_subscription is None:
        yield Moment(subscription.subscription_at, "Starts", True)
    if subscription.status != SubscriptionStatus.ACTIVE:
        return
    following = next(iter(subscription.next_subscriptions.all()), None)
    yield Moment(subscription.next_billing_at, "Next invoice", True)
    if following is not None:
        yield Moment(subscription.next_billing_at, format_html("Plan {} is to follow", link(following.plan)), True)
    if subscription.trial_ended_at is None:
        yield Moment(subscription.trial_end_at, "The free trial ends", True)
    yield Moment(subscription.termination_alert_at, "Its end is announced to webhooks", True)
    if subscription.ending_at is not None:
        yield Moment(end_reached_at(subscription), "Ends", True)


def _invoices(subscription: Subscription) -> Iterator[Moment]:
    periods = InvoiceSubscription.objects.filter(subscription=subscription).exclude(invoice__status__in=HIDDEN)
    for period in periods.select_related("invoice").order_by("-billed_at", "-id")[:SHOWN_INVOICES]:
        invoice = period.invoice
        what = format_html(
            "{} of {} {}",
            link(invoice, f"Invoice {invoice.number}"),
            money(invoice.total_amount_cents, invoice.currency),
            badge(invoice.status),
        )
        yield Moment(period.billed_at, what)


SubscriptionAdmin.tabs.append(
    Tab(
        name="timeline",
        title="Timeline",
        template="admin/tab_table.html",
        context=timeline,
        permission="plans.view_subscription",
        position=5,
    )
)
