"""Everything that falls due by itself in one organization, in the order in which it must happen."""

from dataclasses import dataclass, fields
from datetime import datetime

from customers.models import Organization
from invoices.services.billing import Progress, bill_organization
from invoices.services.invoice import finalize_due_drafts, mark_overdue, next_invoice_work_at
from plans.queries import next_due_at
from plans.services.subscription.activation import activate_due_subscriptions
from plans.services.subscription.termination import terminate_ended_subscriptions


@dataclass(slots=True)
class Done:
    """What a call did, in numbers."""

    subscriptions_activated: int = 0
    subscriptions_terminated: int = 0
    invoices_created: int = 0
    customers_failed: int = 0
    invoices_finalized: int = 0
    invoices_overdue: int = 0

    def add(self, other: "Done") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def run_due_work(*, organization: Organization, at: datetime, progress: Progress = lambda run: None) -> Done:
    """Do everything that is due at ``at``, here and now. Idempotent: a second call finds nothing left."""
    activated = activate_due_subscriptions(organization=organization, at=at)
    terminated = terminate_ended_subscriptions(organization=organization, at=at)
    run = bill_organization(organization=organization, at=at, progress=progress)
    return Done(
        subscriptions_activated=activated,
        subscriptions_terminated=terminated,
        invoices_created=run.invoices_created if run else 0,
        customers_failed=run.customers_failed if run else 0,
        invoices_finalized=finalize_due_drafts(organization=organization, at=at),
        invoices_overdue=mark_overdue(organization=organization, at=at),
    )


def next_work_at(organization: Organization, *, after: datetime) -> datetime | None:
    """The first instant strictly after ``after`` at which something falls due."""
    instants = (next_due_at(organization, after=after), next_invoice_work_at(organization, after=after))
    return min((instant for instant in instants if instant is not None), default=None)
