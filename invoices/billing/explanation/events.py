"""The very events that a fee was counted from, and those that were left out, with the reason."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from invoices.billing.explanation.subject import Subject, subject_of
from invoices.billing.period_days import charges_of
from invoices.models import Fee
from usage.aggregation import AggregationType, Counter, Ignored, Verdict
from usage.models import to_microseconds
from usage.queries import CodeEvent, EventPlace, code_events

_LATE = Verdict(Decimal(0), Ignored.ARRIVED_LATER)


class FeeEvent(NamedTuple):
    """``carried``: it came before the range, and what it left is still there."""

    event: CodeEvent
    verdict: Verdict
    carried: bool

    @property
    def place(self) -> EventPlace:
        return EventPlace(to_microseconds(self.event.value.timestamp), self.event.value.sequence)


def fee_events(fee: Fee, after: EventPlace | None = None) -> Iterator[FeeEvent]:
    """In order of time, those behind ``after``; none for fees that were not counted. Wants ``with_subject``."""
    subject = subject_of(fee)
    if subject is None:
        return iter(())
    if subject.reading is None:
        return _of_one_event(subject)
    if subject.listed.metric.aggregation_type is AggregationType.UNIQUE_COUNT:
        # What a value's event does depends on all events of that value before it.
        judged = _judged(subject, None)
        return judged if after is None else (each for each in judged if each.place > after)
    return _judged(subject, after)


def _judged(subject: Subject, after: EventPlace | None) -> Iterator[FeeEvent]:
    counter, start = Counter(subject.listed.metric), charges_of(subject.job).start
    for event in code_events(subject.request, after):
        if not subject.own([(event.dimension, event)]):
            continue
        late = subject.epoch is not None and (event.epoch is None or event.epoch > subject.epoch)
        verdict = _LATE if late else counter.judge(event.value, event.property_text)
        yield FeeEvent(event, verdict, event.value.timestamp < start)


def _of_one_event(subject: Subject) -> Iterator[FeeEvent]:
    transaction_id = subject.fee.pay_in_advance_event_transaction_id
    for event in code_events(subject.request):
        if event.record.transaction_id == transaction_id:
            yield FeeEvent(event, Verdict(subject.fee.units), False)
            return
