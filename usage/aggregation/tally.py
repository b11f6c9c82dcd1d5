"""What is remembered of a set of events: mergeable in any order, so that buckets can be kept and added up."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, localcontext
from typing import NamedTuple

from msgspec import Struct

from billing_site.kernel.money import EXACT
from usage.aggregation.event_value import EventValue, Operation, epoch_seconds
from usage.aggregation.numbers import ZERO


class Latest(NamedTuple):
    """A value and when it was reported; the greater one is later, received later, or larger."""

    timestamp: datetime
    sequence: int
    value: Decimal


class Tally(Struct, frozen=True):
    """A commutative monoid: ``Tally.of`` of every event added up in any order and grouping gives the same tally.

    ``count`` counts all events, ``number_count`` those with a numeric value, ``text_count`` those with any value.
    ``value_time`` is the sum of value × seconds since 1970. ``distinct`` are the values added, ``removals`` how many
    events remove one: with any, a unique count needs the events themselves.
    """

    count: int = 0
    number_count: int = 0
    text_count: int = 0
    sum: Decimal = ZERO
    max: Decimal | None = None
    latest: Latest | None = None
    value_time: Decimal = ZERO
    distinct: frozenset[str] = frozenset()
    removals: int = 0
    precise_total_amount_cents: Decimal = ZERO

    @classmethod
    def empty(cls) -> "Tally":
        return EMPTY

    @classmethod
    def of(cls, event: EventValue) -> "Tally":
        value, removes = event.value, event.operation is Operation.REMOVE
        return cls(
            count=1,
            number_count=int(value is not None),
            text_count=int(event.text is not None),
            sum=ZERO if value is None else value,
            max=value,
            latest=None if value is None else Latest(event.timestamp, event.sequence, value),
            value_time=ZERO if value is None else EXACT.multiply(value, epoch_seconds(event.timestamp)),
            distinct=frozenset() if event.text is None or removes else frozenset((event.text,)),
            removals=int(removes),
            precise_total_amount_cents=event.precise_total_amount_cents,
        )

    @classmethod
    def total(cls, tallies: Iterable["Tally"]) -> "Tally":
        """The sum of many, in one pass."""
        parts = list(tallies)
        if len(parts) <= 1:
            return parts[0] if parts else EMPTY
        with localcontext(EXACT):
            return cls(
                count=sum(part.count for part in parts),
                number_count=sum(part.number_count for part in parts),
                text_count=sum(part.text_count for part in parts),
                sum=sum((part.sum for part in parts), ZERO),
                max=max((part.max for part in parts if part.max is not None), default=None),
                latest=max((part.latest for part in parts if part.latest is not None), default=None),
                value_time=sum((part.value_time for part in parts), ZERO),
                distinct=frozenset().union(*(part.distinct for part in parts)),
                removals=sum(part.removals for part in parts),
                precise_total_amount_cents=sum((part.precise_total_amount_cents for part in parts), ZERO),
            )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally.total((self, other))


EMPTY = Tally()
