"""The invoices that a subscription's own life causes: its start in advance, a change of plan, its end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.jobs import enqueue
from customers.models import Customer, Organization
from invoices.billing.bill import Billed, JobsFor, bill_subscriptions, lock_customers
from invoices.billing.due import changes_to_bill, ends_to_bill, starts_to_bill, trials_to_bill
from invoices.billing.jobs import plan_change_jobs, starting_jobs, terminating_jobs, trial_ending_jobs
from invoices.billing.run import set_aside
from plans.models import OnTerminationInvoice, Plan, Subscription
from usage.rollup import roll


def queue_starting_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the first invoices made of what is paid in advance (3-S18)."""
    _queue("invoices.tasks.bill_starts", subscriptions)


def queue_terminating_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the last invoice made, unless the termination asked for none (S12)."""
    generate = OnTerminationInvoice.GENERATE
    ended = [subscription for subscription in subscriptions if subscription.on_termination_invoice == generate]
    _queue("invoices.tasks.bill_ends", ended)


def queue_plan_change_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the subscriptions that were replaced billed for the last time, together with what these pay ahead (3-S8)."""
    _queue("invoices.tasks.bill_plan_changes", subscriptions)


def queue_trial_ending_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the fees billed that are owed from the end of the trial on (3-R4)."""
    _queue("invoices.tasks.bill_trial_ends", subscriptions)


def queue_last_finalization(*, customer: Customer) -> None:
    """Have the drafts of a deleted customer finalized (U26)."""
    enqueue("invoices.tasks.finalize_drafts_of_customer", customer.id, inline=customer.organization.sandbox)


def queue_last_finalization_of_plan(*, plan: Plan) -> None:
    """Have the drafts of a deleted plan finalized (P11)."""
    enqueue("invoices.tasks.finalize_drafts_of_plan", plan.id, inline=plan.organization.sandbox)


def bill_starts(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    """The starting invoices that do not exist yet."""
    with transaction.atomic():
        subscriptions = Subscription.objects.filter(id__in=_locked(subscription_ids))
        return _bill(starts_to_bill(subscriptions), starting_jobs, at)


def bill_plan_changes(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    """The invoices of changes of plan, named by the subscriptions that follow, that do not exist yet."""
    roll()
    with transaction.atomic():
        subscriptions = Subscription.objects.filter(id__in=_locked(subscription_ids))
        return _bill(changes_to_bill(subscriptions), plan_change_jobs, at)


def bill_trial_ends(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    with transaction.atomic():
        subscriptions = Subscription.objects.filter(id__in=_locked(subscription_ids))
        return _bill(trials_to_bill(subscriptions), trial_ending_jobs, at)


def bill_ends(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    """The terminating invoices that do not exist yet, after the periodic ones that were still due before."""
    roll()
    with transaction.atomic():
        subscriptions = Subscription.objects.filter(id__in=_locked(subscription_ids))
        return _bill(ends_to_bill(subscriptions), terminating_jobs, at)


def _queue(task: str, subscriptions: Sequence[Subscription]) -> None:
    if subscriptions:
        organization = subscriptions[0].organization
        enqueue(task, [subscription.id for subscription in subscriptions], inline=organization.sandbox)


def _locked(subscription_ids: Sequence[UUID]) -> list[UUID]:
    lock_customers(Subscription.objects.filter(id__in=list(subscription_ids)).values_list("customer_id", flat=True))
    return list(subscription_ids)


def _bill(subscriptions: list[Subscription], jobs_for: JobsFor, at: datetime) -> Billed:
    billed = Billed()
    if subscriptions:
        organization: Organization = subscriptions[0].organization
        bill_subscriptions(subscriptions, jobs_for, billed, at=at)
        set_aside(organization, billed.failures, at=at)
    return billed
