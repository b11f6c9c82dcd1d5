"""Lifetime usage: what a subscription has used since it was agreed, whatever became of its plan (3-Z1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from invoices.billing.usage import ChargeUsage, UsageStatement, current_usage
from plans.models import Charge, Subscription

# Subscriptions that follow each other under one external id share their anchor: changes of plan keep it, and so does
# one who subscribes anew from the same day.
_INVOICED = """
    SELECT wanted.id, charge.billable_metric_id, sum(fee.amount_cents),
        sum(fee.units) FILTER (WHERE fee.true_up_parent_id IS NULL)
    FROM plans_subscription AS wanted
    JOIN plans_subscription AS own ON own.organization_id = wanted.organization_id
        AND own.external_id = wanted.external_id AND own.subscription_at = wanted.subscription_at
        AND own.customer_id = wanted.customer_id AND own.canceled_at IS NULL
    JOIN invoices_fee AS fee ON fee.subscription_id = own.id AND fee.fee_type = 'charge'
    JOIN plans_charge AS charge ON charge.id = fee.charge_id
    JOIN invoices_invoice AS invoice ON invoice.id = fee.invoice_id
        AND invoice.invoice_type = 'subscription' AND invoice.status IN ('draft', 'finalized')
    WHERE wanted.id = ANY(%s)
    GROUP BY wanted.id, charge.billable_metric_id
"""


class Used(NamedTuple):
    """Of one metric; ``amount_cents`` without taxes."""

    amount_cents: int
    units: Decimal


NOTHING = Used(0, Decimal(0))
UsedByMetric = Mapping[UUID, Used]


@dataclass(frozen=True, slots=True)
class LifetimeUsage:
    """In cents of the plan's currency: used elsewhere before, on invoices (also drafts), and since then."""

    subscription: Subscription
    invoiced: UsedByMetric
    current: UsedByMetric

    @property
    def historical_cents(self) -> int:
        return self.subscription.external_historical_usage_amount_cents

    @property
    def invoiced_cents(self) -> int:
        return _cents(self.invoiced)

    @property
    def current_cents(self) -> int:
        return _cents(self.current)

    @property
    def total_cents(self) -> int:
        return self.historical_cents + self.invoiced_cents + self.current_cents

    def units_of(self, metric_id: UUID) -> Decimal:
        return self.invoiced.get(metric_id, NOTHING).units + self.current.get(metric_id, NOTHING).units


def lifetime_usage(subscription: Subscription, *, at: datetime) -> LifetimeUsage:
    """Wants ``plans.queries.with_terms``; a subscription that has ended uses nothing any more."""
    running = current_usage([subscription], at=at, apply_taxes=False) if subscription.terminated_at is None else []
    (found,) = lifetime_usages([subscription], running)
    return found


def lifetime_usages(subscriptions: Sequence[Subscription], statements: Iterable[UsageStatement]) -> list[LifetimeUsage]:
    """With what ``statements`` say of their running periods; one query for any number of subscriptions."""
    invoiced = _invoiced([subscription.id for subscription in subscriptions])
    current = {statement.subscription.id: _current(statement) for statement in statements}
    return [LifetimeUsage(each, invoiced.get(each.id, {}), current.get(each.id, {})) for each in subscriptions]


def _current(statement: UsageStatement) -> UsedByMetric:
    """What no invoice has yet: charges paid in advance are invoiced as their events arrive."""
    return used_by_metric(usage for usage in statement.charges if not _is_invoiced_at_once(usage.charge))


def used_by_metric(charges: Iterable[ChargeUsage]) -> dict[UUID, Used]:
    found: dict[UUID, Used] = defaultdict(lambda: NOTHING)
    for usage in charges:
        before = found[usage.charge.billable_metric_id]
        cents = sum(fee.amount_cents for fee in usage.fees)
        units = sum((fee.units for fee in usage.fees), Decimal(0))
        found[usage.charge.billable_metric_id] = Used(before.amount_cents + cents, before.units + units)
    return dict(found)


def _is_invoiced_at_once(charge: Charge) -> bool:
    return charge.pay_in_advance and charge.invoiceable


def _invoiced(subscription_ids: Sequence[UUID]) -> Mapping[UUID, UsedByMetric]:
    found: dict[UUID, dict[UUID, Used]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_INVOICED, [list(subscription_ids)])
        for subscription_id, metric_id, cents, units in cursor.fetchall():
            found[subscription_id][metric_id] = Used(int(cents), units or Decimal(0))
    return found


def _cents(used: UsedByMetric) -> int:
    return sum(each.amount_cents for each in used.values())
