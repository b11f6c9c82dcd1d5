"""Everything that falls due by itself in one organization, in the order in which it must happen."""

from dataclasses import dataclass, fields
from datetime import datetime

from customers.models import Organization
from invoices.billing.finalize import due_drafts
from invoices.queries import next_demand_at
from invoices.services.billing import Progress, bill_organization
from invoices.services.draft_refresh import refresh_stale_drafts
from invoices.services.dunning import work_on_dunning
from invoices.services.invoice import finalize_due_drafts, mark_overdue, next_invoice_work_at
from invoices.services.usage_watch import watch_usage, watch_wallets
from invoices.services.wallet.schedule import next_wallet_work_at, work_on_wallets
from plans.queries import (
    active_subscriptions,
    due_downgrades,
    ended_subscriptions,
    next_due_at,
    subscriptions_to_activate,
    trials_to_end,
)
from plans.services.coupon import expire_coupons
from plans.services.subscription.activation import activate_due_subscriptions
from plans.services.subscription.gate import cancel_expired_gates
from plans.services.subscription.plan_change import switch_due_downgrades
from plans.services.subscription.termination import terminate_ended_subscriptions
from plans.services.subscription.termination_alert import alert_of_terminations
from plans.services.subscription.trial import end_due_trials


@dataclass(slots=True)
class Done:
    """What a call did, in numbers."""

    subscriptions_activated: int = 0
    subscriptions_terminated: int = 0
    trials_ended: int = 0
    plans_downgraded: int = 0
    invoices_created: int = 0
    customers_failed: int = 0
    invoices_finalized: int = 0
    invoices_overdue: int = 0
    payments_requested: int = 0
    alerts_triggered: int = 0
    wallets_refreshed: int = 0
    wallets_topped_up: int = 0
    wallets_terminated: int = 0
    credits_expired: int = 0

    def __str__(self) -> str:
        """``3 invoices created, 1 invoices overdue``, or ``nothing to do``."""
        counts = [(each.name, getattr(self, each.name)) for each in fields(self)]
        done = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts if count]
        return ", ".join(done) or "nothing to do"

    def add(self, other: "Done") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def run_due_work(*, organization: Organization, at: datetime, progress: Progress = lambda run: None) -> Done:
    """Do everything that is due at ``at``, here and now. Idempotent: a second call finds nothing left."""
    activated = activate_due_subscriptions(organization=organization, at=at)
    terminated = terminate_ended_subscriptions(organization=organization, at=at)
    cancel_expired_gates(organization=organization, at=at)
    alert_of_terminations(organization=organization, at=at)
    trials = end_due_trials(organization=organization, at=at)
    switched = switch_due_downgrades(organization=organization, at=at)
    runs = bill_organization(organization=organization, at=at, progress=progress)
    # A plan that waits takes over when the periods before it have been billed.
    while caught_up := switch_due_downgrades(organization=organization, at=at):
        switched += caught_up
        runs += bill_organization(organization=organization, at=at, progress=progress)
    expire_coupons(organization=organization, at=at)
    refresh_stale_drafts(organization=organization, at=at)
    finalized = finalize_due_drafts(organization=organization, at=at)
    watched = watch_usage(organization=organization, at=at)
    overdue = mark_overdue(organization=organization, at=at)
    requested = work_on_dunning(organization=organization, at=at)
    wallets = work_on_wallets(organization=organization, at=at)
    return Done(
        subscriptions_activated=activated,
        subscriptions_terminated=terminated,
        trials_ended=trials,
        plans_downgraded=switched,
        invoices_created=sum(run.invoices_created for run in runs) + watched.invoices_created,
        customers_failed=sum(run.customers_failed for run in runs) + len(watched.failures),
        invoices_finalized=finalized,
        invoices_overdue=overdue,
        payments_requested=requested,
        **wallets,
        # Last, when the balances are what they are.
        alerts_triggered=watched.alerts_triggered + watch_wallets(organization=organization, at=at),
    )


def look_at_new_usage(*, organization: Organization, at: datetime) -> Done:
    """Only what new usage has passed: thresholds and alerts."""
    watched = watch_usage(organization=organization, at=at)
    return Done(
        invoices_created=watched.invoices_created,
        customers_failed=len(watched.failures),
        alerts_triggered=watched.alerts_triggered,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """What ``run_due_work`` would take on, counted without doing it."""

    subscriptions_to_activate: int
    subscriptions_to_end: int
    trials_to_end: int
    plans_to_downgrade: int
    subscriptions_to_bill: int
    drafts_to_finalize: int

    def __str__(self) -> str:
        counts = [(each.name, getattr(self, each.name)) for each in fields(self)]
        due = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts if count]
        return ", ".join(due) or "nothing"


def what_is_due(organization: Organization, *, at: datetime) -> Due:
    return Due(
        subscriptions_to_activate=subscriptions_to_activate(organization, at).count(),
        subscriptions_to_end=len(ended_subscriptions(organization, at)),
        trials_to_end=trials_to_end(organization, at).count(),
        plans_to_downgrade=len(due_downgrades(organization, at)),
        subscriptions_to_bill=active_subscriptions(organization).filter(next_billing_at__lte=at).count(),
        drafts_to_finalize=due_drafts(organization, at).count(),
    )


def next_work_at(organization: Organization, *, after: datetime) -> datetime | None:
    """The first instant strictly after ``after`` at which something falls due."""
    instants = (
        next_due_at(organization, after=after),
        next_invoice_work_at(organization, after=after),
        next_wallet_work_at(organization, after=after),
        next_demand_at(organization, after=after),
    )
    return min((instant for instant in instants if instant is not None), default=None)
