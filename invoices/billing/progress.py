"""How far a subscription's lifetime usage is on the way to its usage thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from invoices.billing.lifetime import LifetimeUsage, lifetime_usage
from invoices.models import AppliedUsageThreshold
from invoices.settlement import Completion, Threshold, completions
from plans.models import Subscription, UsageThreshold
from plans.queries import applicable_thresholds


@dataclass(frozen=True, slots=True)
class Progress:
    """``reached_at`` by the amount in cents that was passed."""

    usage: LifetimeUsage
    completions: list[Completion]
    reached_at: Mapping[Decimal, datetime]


def progress_of(subscription: Subscription, *, at: datetime) -> Progress:
    """Wants ``plans.queries.with_terms`` and ``with_applicable_thresholds``."""
    usage = lifetime_usage(subscription, at=at)
    passed = AppliedUsageThreshold.objects.filter(
        subscription__organization=subscription.organization_id,
        subscription__external_id=subscription.external_id,
        subscription__subscription_at=subscription.subscription_at,
    )
    reached = {Decimal(cents): at for cents, at in passed.values_list("amount_cents", "created_at")}
    return Progress(
        usage, completions(as_values(applicable_thresholds(subscription)), Decimal(usage.total_cents)), reached
    )


def as_values(thresholds: Sequence[UsageThreshold]) -> list[Threshold]:
    return [Threshold(Decimal(each.amount_cents), each.recurring, id=each.id) for each in thresholds]
