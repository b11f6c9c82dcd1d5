"""Look at the subscriptions with new usage: bill what passed a threshold, tell what passed an alert."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.models import Organization
from invoices.billing.alerts import trigger_alerts, trigger_wallet_alerts
from invoices.billing.bill import lock_customers
from invoices.billing.isolation import by_halves
from invoices.billing.look import look_at
from invoices.billing.progressive import bill_passed_thresholds
from invoices.billing.run import set_aside
from invoices.models import UsageActivity
from invoices.services.announcements import tell_of_reached_thresholds, tell_of_triggered_alerts
from invoices.services.usage_activity import watched
from plans.models import Subscription
from plans.queries import with_applicable_thresholds, with_terms
from usage.rollup import roll

BATCH = 1_000


@dataclass(slots=True)
class Watched:
    """What a look came to, and a reason for each customer for whom it failed."""

    invoices_created: int = 0
    alerts_triggered: int = 0
    failures: dict[UUID, str] = field(default_factory=dict)


def watch_usage(*, organization: Organization, at: datetime) -> Watched:
    """Look at all that is noted in ``UsageActivity``; a transaction for each batch.

    Idempotent, and several may do it at once: what one has taken the others leave out, and customers are locked.
    """
    seen = Watched()
    noted = UsageActivity.objects.filter(organization=organization)
    while noted.exists():
        # Before the transaction, which would keep every other roller waiting.
        roll()
        with transaction.atomic():
            free = noted.select_for_update(skip_locked=True).order_by("id")
            taken = dict(free.values_list("id", "subscription_id")[:BATCH])
            if not taken:
                break
            _look(organization, set(taken.values()), seen, at)
            UsageActivity.objects.filter(id__in=list(taken)).delete()
    return seen


@transaction.atomic
def watch_wallets(*, organization: Organization, at: datetime) -> int:
    """Tell of the alerts on wallets whose balances have passed something; how many. Idempotent."""
    triggered = trigger_wallet_alerts(organization, at=at)
    tell_of_triggered_alerts(triggered, at=at)
    return len(triggered)


def _look(organization: Organization, subscription_ids: Collection[UUID], seen: Watched, at: datetime) -> None:
    subscriptions = Subscription.objects.filter(id__in=subscription_ids)
    lock_customers(subscriptions.values_list("customer_id", flat=True))
    failures: dict[UUID, str] = {}
    by_halves(
        list(with_applicable_thresholds(with_terms(watched(subscriptions))).order_by("customer_id", "id")),
        lambda own: _bill_and_tell(own, seen, at),
        lambda subscription, reason: failures.update({subscription.customer_id: reason}),
    )
    set_aside(organization, failures, at=at)
    seen.failures |= failures


def _bill_and_tell(subscriptions: Sequence[Subscription], seen: Watched, at: datetime) -> None:
    looks = look_at(subscriptions, at=at)
    applied = bill_passed_thresholds(looks, at=at)
    triggered = trigger_alerts(looks, at=at)
    tell_of_reached_thresholds(applied, at=at)
    tell_of_triggered_alerts(triggered, at=at)
    seen.invoices_created += len({each.invoice_id for each in applied if each.invoice_id})
    seen.alerts_triggered += len(triggered)
