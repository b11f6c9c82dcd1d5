"""One flush for the requests that wait: whose keys are usable, what is stored, what is refused and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import connection

from billing_site.kernel.clock import wall_now
from billing_site.kernel.connections import asked_first
from billing_site.kernel.errors import BillingError, Unauthorized
from customers.credentials import Credential, usable_api_keys
from usage.api.fast_lane import metrics
from usage.ingest import Computed, IngestedEvent
from usage.services.event import Sent, store_events

log = structlog.get_logger(__name__)


class Arrival(NamedTuple):
    """A request that was read. Its ``refusal`` is told only to a caller whose key is usable."""

    credential: Credential
    events: Sequence[IngestedEvent]
    refusal: BillingError | None = None


class Stored(NamedTuple):
    """What became of the events, received at ``at``."""

    computed: Computed
    at: datetime


Outcome = Stored | Exception


def settle(arrivals: Sequence[Arrival]) -> list[Outcome]:
    """For each arrival what became of it. Never raises; what is not ``Stored`` is to be answered as an error."""
    metrics.REQUESTS.inc(len(arrivals))
    with metrics.FLUSH_SECONDS.time():
        try:
            return _settled(arrivals)
        except Exception as failure:
            log.exception("requests with events could not be looked at", requests=len(arrivals))
            return [failure] * len(arrivals)


def _settled(arrivals: Sequence[Arrival]) -> list[Outcome]:
    at = wall_now()
    presented = {arrival.credential.api_key_id for arrival in arrivals}
    usable = asked_first(lambda: usable_api_keys(presented, at=at))
    refusals = [_refusal(arrival, is_usable=arrival.credential.api_key_id in usable) for arrival in arrivals]
    both = zip(arrivals, refusals, strict=True)
    stored = iter(_stored([Sent(each.credential.organization_id, each.events) for each, why in both if not why], at))
    return [refusal or next(stored) for refusal in refusals]


def _refusal(arrival: Arrival, *, is_usable: bool) -> BillingError | None:
    return arrival.refusal if is_usable else Unauthorized()


def _stored(sent: Sequence[Sent], at: datetime) -> list[Outcome]:
    """A fault is narrowed down by halves, until the request at fault stands alone."""
    if not sent:
        return []
    try:
        outcomes: list[Outcome] = [Stored(computed, at) for computed in store_events(sent, at=at)]
    except Exception as failure:
        # Without a connection nobody knows whether the COMMIT arrived: a second attempt would find its own events.
        if len(sent) == 1 or not connection.is_usable():
            log.exception("events could not be stored", requests=len(sent))
            return [failure] * len(sent)
        middle = len(sent) // 2
        return _stored(sent[:middle], at) + _stored(sent[middle:], at)
    metrics.EVENTS.inc(sum(len(each.events) for each in sent))
    metrics.FLUSH_REQUESTS.observe(len(sent))
    return outcomes
