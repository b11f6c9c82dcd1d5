"""The fee of one event paid in advance: charged again after the events that were there before it."""

from invoices.billing.explanation.counted import changed_since, counted_of
from invoices.billing.explanation.subject import Subject
from invoices.billing.in_advance import Charged, charge_events
from invoices.settlement import Explanation, Line, UnitsTrail
from plans.rating import normalized
from usage.aggregation import EventValue
from usage.measure import POSITION_BITS
from usage.models import UsageEvent
from usage.queries import gather_events


def explain_event(subject: Subject) -> Explanation | None:
    """None when the event or its price is not to be found any more."""
    sequence = _sequence(subject)
    charged = None if sequence is None else _charged(subject, sequence)
    if charged is None:
        return None
    before = sum(event.timestamp <= charged.event.timestamp for event in _events_then(subject, charged.event.sequence))
    return Explanation(
        currency=subject.fee.amount_currency,
        lines=tuple(Line.of(step) for step in charged.rated.steps),
        counted=counted_of(subject, before, 0),
        units=UnitsTrail(
            carried=None,
            aggregated=charged.event.value if charged.event.value is not None else charged.units,
            rounding=None,
            rounding_precision=None,
            rounded=charged.units,
            priced=charged.units,
            period_days=subject.job.boundaries.charges_days if subject.listed.charge.prorated else None,
        ),
        charge_model=subject.listed.charge.charge_model,
        properties=normalized(subject.price.model),
        recalculated=True,
        changed_since=changed_since(subject.fee, subject),
    )


def _sequence(subject: Subject) -> int | None:
    request = subject.request
    place = UsageEvent.objects.filter(
        stream__organization=request.organization_id,
        stream__external_subscription_id=request.external_subscription_id,
        transaction_id=subject.fee.pay_in_advance_event_transaction_id,
    ).values_list("flush_id", "position")
    found = place.first()
    return (found[0] << POSITION_BITS) + found[1] if found else None


def _charged(subject: Subject, sequence: int) -> Charged | None:
    events = _events_then(subject, sequence)
    charges = charge_events(subject.job, subject.listed, subject.price, events)
    return next((each for each in charges if each.event.sequence == sequence), None)


def _events_then(subject: Subject, sequence: int) -> list[EventValue]:
    """Of the fee's price and group, those that had arrived with the event or before it."""
    flush = sequence >> POSITION_BITS
    own = subject.own(gather_events([subject.request])[subject.request])
    return [event for event in own if event.sequence >> POSITION_BITS <= flush]
