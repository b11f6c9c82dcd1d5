"""What events would cost; nothing is stored (V11, V12)."""

from collections.abc import Sequence
from datetime import datetime

from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.models import Organization
from invoices.billing.estimate import estimated_fees, instant_fees, supposed_jobs
from invoices.billing.event_fees import EventJob, owner_of
from invoices.models import Fee
from plans.models import Subscription
from plans.queries import with_terms
from usage.queries import FlushedEvent
from usage.services.hypothetical import hypothetical_batch, hypothetical_event

NO_CHARGE = {"code": ["does_not_match_an_instant_charge"]}


def estimate_fees(*, organization: Organization, body: bytes, at: datetime) -> list[Fee]:
    """The fees that the event would make of the charges paid in advance, over all usage before it, with taxes.

    Raises ``NotFound`` (``billable_metric``, ``subscription``) and ``ValidationFailed``.
    """
    events = [hypothetical_event(organization=organization, body=body, at=at)]
    jobs = supposed_jobs(events, _subscriptions(organization, events), at=at)
    if _unpriced(jobs, events):
        raise ValidationFailed(NO_CHARGE)
    return estimated_fees(jobs, events, at=at)


def estimate_instant_fees(*, organization: Organization, body: bytes, at: datetime) -> list[Fee]:
    """The price of the event alone, by standard and percentage charges; raises as ``estimate_fees``."""
    events = [hypothetical_event(organization=organization, body=body, at=at)]
    jobs = supposed_jobs(events, _subscriptions(organization, events), at=at, instant=True)
    if _unpriced(jobs, events):
        raise ValidationFailed(NO_CHARGE)
    return instant_fees(jobs, events, at=at)


def batch_estimate_instant_fees(*, organization: Organization, body: bytes, at: datetime) -> list[Fee]:
    """The same of many events, one after the other; refusals are keyed by index and field."""
    events = hypothetical_batch(organization=organization, body=body, at=at)
    jobs = supposed_jobs(events, _subscriptions(organization, events), at=at, instant=True)
    if unpriced := _unpriced(jobs, events):
        raise ValidationFailed({str(position): NO_CHARGE for position in unpriced})
    return instant_fees(jobs, events, at=at)


def _subscriptions(organization: Organization, events: Sequence[FlushedEvent]) -> list[Subscription]:
    """Those that the events belong to; ``subscription_not_found`` if one belongs to none."""
    external_ids = {event.external_subscription_id for event in events}
    named = Subscription.objects.filter(
        organization=organization, external_id__in=external_ids, started_at__isnull=False
    )
    found = list(with_terms(named))
    for event in events:
        candidates = [each for each in found if each.external_id == event.external_subscription_id]
        if owner_of(candidates, event.value.timestamp) is None:
            raise NotFound("subscription")
    return found


def _unpriced(jobs: Sequence[EventJob], events: Sequence[FlushedEvent]) -> list[int]:
    priced = {sequence for each in jobs for sequence in each.transaction_ids}
    return [position for position, event in enumerate(events) if event.value.sequence not in priced]
