"""Which subscriptions have an invoice to come: periodic ones, and starts, ends and changes that were missed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from customers.models import Organization
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import OnTerminationInvoice, Subscription, SubscriptionStatus
from plans.periods import beginning_of_current_period, start_of_local_day
from plans.queries import ended_by_downgrade, is_backdated, pays_ahead, terms_of, with_previous_terms


def due_subscriptions(organization: Organization, customer_ids: Collection[UUID], at: datetime) -> list[Subscription]:
    """Those due at the earliest instant of their customer up to ``at``; call again, until none is left.

    So a customer's periods are billed in order, and subscriptions that fall due together share their invoice. Where a
    waiting plan is to take over, the customer's later periods wait for that.
    """
    due = Subscription.objects.filter(
        organization=organization,
        customer_id__in=customer_ids,
        status=SubscriptionStatus.ACTIVE,
        next_billing_at__lte=at,
    )
    earliest = list(_earliest(_billable(due).order_by("customer_id", "next_billing_at", "created_at", "id")))
    replaced = ended_by_downgrade(earliest)
    return [one for one in earliest if one.id not in replaced]


def starts_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Those that pay something ahead and have no starting invoice, unless agreed after their start (3-S17, 3-S18)."""
    started = subscriptions.filter(pays_ahead(), started_at__isnull=False, previous_subscription__isnull=True)
    started = started.exclude(status=SubscriptionStatus.CANCELED)
    return [one for one in _never_invoiced(started, InvoicingReason.STARTING) if not is_backdated(one)]


def trials_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Advance plans whose trial has ended and whose fee since then was not billed (3-R4).

    Not those agreed after that day (3-S17), and not those whose next period begins that day: its invoice has the fee.
    """
    ended = subscriptions.filter(plan__pay_in_advance=True, trial_ended_at__isnull=False)
    unbilled = _never_invoiced(ended, InvoicingReason.TRIAL_ENDING)
    return [one for one in unbilled if _owes_from_its_trial_on(one)]


def changes_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Those that took the place of another one, which has no last invoice yet (3-S8, 3-S15)."""
    last = InvoiceSubscription.objects.filter(
        subscription_id=OuterRef("previous_subscription_id"), invoicing_reason=InvoicingReason.TERMINATING
    )
    changed = subscriptions.filter(~Exists(last), previous_subscription__isnull=False, started_at__isnull=False)
    both = with_previous_terms(_billable(changed)).select_related(
        "previous_subscription__organization", "previous_subscription__billing_entity"
    )
    return list(both.order_by("customer_id", "started_at", "id"))


def ends_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Terminated ones without a last invoice; not those that asked for none (S12) or that another plan replaced."""
    ended = subscriptions.filter(
        status=SubscriptionStatus.TERMINATED, on_termination_invoice=OnTerminationInvoice.GENERATE
    ).exclude(next_subscriptions__started_at__isnull=False)
    return _never_invoiced(ended, InvoicingReason.TERMINATING)


def _owes_from_its_trial_on(subscription: Subscription) -> bool:
    terms, trial_end = terms_of(subscription), subscription.trial_end_at
    assert trial_end is not None, "a trial that has ended had an end"
    day = start_of_local_day(trial_end, terms.timezone)
    is_agreed_later = day < start_of_local_day(subscription.created_at, terms.timezone)
    begins_a_period = day == beginning_of_current_period(terms, trial_end) and day > terms.started_at
    return not is_agreed_later and not begins_a_period


def _never_invoiced(subscriptions: QuerySet[Subscription], reason: InvoicingReason) -> list[Subscription]:
    """Also an invoice that was voided since counts: making another one is the operator's decision."""
    invoiced = InvoiceSubscription.objects.filter(subscription_id=OuterRef("pk"), invoicing_reason=reason)
    missing = subscriptions.filter(~Exists(invoiced))
    return list(_billable(missing).order_by("customer_id", "created_at", "id"))


def _billable(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    # All that ``terms_of`` reads; plans and billing entities are loaded once, not once a subscription.
    loaded = subscriptions.select_related("customer")
    return loaded.prefetch_related("plan", "organization", "billing_entity", "customer__billing_entity")


def _earliest(subscriptions: Iterable[Subscription]) -> Iterable[Subscription]:
    """Those due at their customer's first instant; ordered by customer and instant."""
    first: dict[UUID, datetime | None] = {}
    for subscription in subscriptions:
        if first.setdefault(subscription.customer_id, subscription.next_billing_at) == subscription.next_billing_at:
            yield subscription
