"""Bill customers: lock them, compute what is due, write it, set aside who cannot be billed.

Everything happens in the caller's transaction. Done twice, or by two workers at once, the second finds nothing due:
customers are locked first, and ``next_billing_at`` moves together with the invoices.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from uuid import UUID

from customers.models import Customer, Organization
from invoices.billing.books import hold_books
from invoices.billing.compute import compute
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.due import changes_to_bill, due_subscriptions, ends_to_bill, starts_to_bill, trials_to_bill
from invoices.billing.isolation import by_halves
from invoices.billing.jobs import periodic_jobs, plan_change_jobs, starting_jobs, terminating_jobs, trial_ending_jobs
from invoices.billing.numbering import lock_shared_counters
from invoices.billing.paid_fees import invoice_paid_fees
from invoices.billing.record import record
from invoices.models import InvoicingReason
from plans.models import Subscription
from plans.services.subscription.schedule import schedule_next_billing

JobsFor = Callable[[Sequence[Subscription]], list[BillingJob]]


@dataclass(slots=True)
class Billed:
    """What a batch came to: the ids of new invoices, and a reason for each customer that was set aside."""

    invoice_ids: list[UUID] = field(default_factory=list)
    failures: dict[UUID, str] = field(default_factory=dict)


def bill_due(organization: Organization, customer_ids: Iterable[UUID], *, at: datetime) -> Billed:
    """Everything due for these customers up to ``at``, period by period, in order.

    Also the invoices of starts, changes of plan, trials and ends that should have been made before and were not.
    """
    billed = Billed()
    remaining = set(lock_customers(customer_ids))
    own = Subscription.objects.filter(organization=organization, customer_id__in=remaining)
    bill_subscriptions(starts_to_bill(own), starting_jobs, billed, at=at)
    bill_subscriptions(changes_to_bill(own), plan_change_jobs, billed, at=at)
    bill_subscriptions(trials_to_bill(own), trial_ending_jobs, billed, at=at)
    while due := due_subscriptions(organization, remaining - billed.failures.keys(), at):
        bill_subscriptions(due, periodic_jobs, billed, at=at)
        remaining = {subscription.customer_id for subscription in due}
    bill_subscriptions(
        ends_to_bill(own.exclude(customer_id__in=list(billed.failures))), terminating_jobs, billed, at=at
    )
    return billed


def bill_subscriptions(
    subscriptions: Sequence[Subscription], jobs_for: JobsFor, billed: Billed, *, at: datetime
) -> None:
    """Invoice them together; a customer who breaks that is set aside, and the others are invoiced."""
    by_halves(
        _by_customer(subscriptions),
        lambda customers: _bill(list(chain.from_iterable(customers)), jobs_for, billed, at),
        lambda customer, reason: billed.failures.update({customer[0].customer_id: reason}),
    )


def lock_customers(customer_ids: Iterable[UUID]) -> list[UUID]:
    """Lock their rows, and the counters they share, in one order, so that batches cannot deadlock."""
    customers = Customer.objects.filter(id__in=list(customer_ids)).order_by("id")
    locked = dict(customers.select_for_update(of=("self",), no_key=True).values_list("id", "billing_entity_id"))
    of_subscriptions = Subscription.objects.filter(customer_id__in=locked, billing_entity__isnull=False)
    issuers = of_subscriptions.order_by().values_list("billing_entity_id", flat=True).distinct()
    involved = {*locked.values(), *issuers}
    hold_books(involved)
    lock_shared_counters(involved)
    return list(locked)


def _bill(subscriptions: Sequence[Subscription], jobs_for: JobsFor, billed: Billed, at: datetime) -> None:
    outcome = compute(jobs_for(subscriptions))
    invoice_ids = record(outcome.drafts, at=at) + invoice_paid_fees(outcome.drafts, at=at)
    _schedule_next(outcome.drafts)
    billed.invoice_ids += invoice_ids
    billed.failures |= outcome.failures


def _schedule_next(drafts: Sequence[InvoiceDraft]) -> None:
    jobs = (job for draft in drafts if draft.is_invoiced for job in draft.jobs)
    schedule_next_billing(subscriptions=[job.subscription for job in jobs if job.reason == InvoicingReason.PERIODIC])


def _by_customer(subscriptions: Sequence[Subscription]) -> list[list[Subscription]]:
    grouped: dict[UUID, list[Subscription]] = {}
    for subscription in subscriptions:
        grouped.setdefault(subscription.customer_id, []).append(subscription)
    return list(grouped.values())
