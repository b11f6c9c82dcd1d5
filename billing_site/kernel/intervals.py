"""Half-open intervals of instants. Inclusive ends exist only on the wire (``wire_end``)."""

from datetime import datetime, timedelta

from msgspec import Struct

ONE_SECOND = timedelta(seconds=1)


class Interval(Struct, frozen=True):
    """``start <= instant < end``; both aware UTC. An empty interval has ``start == end``."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware instants")
        if self.end < self.start:
            raise ValueError(f"an interval cannot end ({self.end}) before it starts ({self.start})")

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end
