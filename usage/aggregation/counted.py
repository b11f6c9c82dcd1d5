"""Which events count, and why the others don't."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from usage.aggregation.event_value import EventValue, Operation
from usage.aggregation.metric import AggregationType, Metric
from usage.aggregation.numbers import ZERO
from usage.aggregation.unique import unique_change


class Ignored(StrEnum):
    """Why an event adds nothing."""

    NO_VALUE = "no_value"
    NOT_A_NUMBER = "not_a_number"
    ALREADY_THERE = "value_already_there"
    NOT_THERE = "value_not_there"
    ARRIVED_LATER = "arrived_later"


class Verdict(NamedTuple):
    """``units`` are those of the event itself; ``ignored`` is None where it counts."""

    units: Decimal
    ignored: Ignored | None = None


@dataclass(slots=True)
class Counter:
    """Judges the events of one price and group in order of time: a unique count remembers which values are there."""

    metric: Metric
    _present: set[str] = field(default_factory=set)

    def judge(self, event: EventValue, property_text: str | None) -> Verdict:
        """``property_text`` is the measured property as it was sent, None without one."""
        match self.metric.aggregation_type:
            case AggregationType.COUNT:
                return Verdict(Decimal(1))
            case AggregationType.UNIQUE_COUNT:
                return self._unique(event)
        if event.value is None:
            return Verdict(ZERO, Ignored.NO_VALUE if property_text is None else Ignored.NOT_A_NUMBER)
        return Verdict(event.value)

    def _unique(self, event: EventValue) -> Verdict:
        if event.text is None:
            return Verdict(ZERO, Ignored.NO_VALUE)
        change = unique_change(event.text in self._present, event.operation)
        if event.operation is Operation.REMOVE:
            self._present.discard(event.text)
            return Verdict(Decimal(change), None if change else Ignored.NOT_THERE)
        self._present.add(event.text)
        return Verdict(Decimal(change), None if change else Ignored.ALREADY_THERE)
