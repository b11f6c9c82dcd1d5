"""What an event contributes to a metric."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from usage.aggregation.numbers import ZERO

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Operation(StrEnum):
    ADD = "add"
    REMOVE = "remove"

    @classmethod
    def of(cls, operation_type: object) -> "Operation":
        """Anything but ``remove`` adds; so does a missing operation type (3-G5)."""
        return cls.REMOVE if operation_type == cls.REMOVE else cls.ADD


@dataclass(frozen=True, slots=True)
class EventValue:
    """``value`` is the metric's property as a number, ``text`` as text (unique count); None: absent or no number.

    ``timestamp`` is an aware UTC instant; of two events of one instant the greater ``sequence`` came later (3-G13).
    """

    timestamp: datetime
    sequence: int = 0
    value: Decimal | None = None
    text: str | None = None
    operation: Operation = Operation.ADD
    precise_total_amount_cents: Decimal = ZERO


def in_order(events: Iterable[EventValue]) -> list[EventValue]:
    return sorted(events, key=lambda event: (event.timestamp, event.sequence))


def epoch_seconds(instant: datetime) -> Decimal:
    """Seconds since 1970, exact to the microsecond, as PostgreSQL's ``extract(epoch from …)`` gives them."""
    return Decimal((instant - _EPOCH) // _MICROSECOND).scaleb(-6)
