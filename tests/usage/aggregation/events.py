"""Events and periods of these tests: March 2024, UTC."""

from datetime import UTC, datetime
from decimal import Decimal

from usage.aggregation import EventValue, Operation, PeriodDays, property_text


def at(day: int, hour: int = 0, *, month: int = 3) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def valued(value: str | None, instant: datetime, sequence: int = 0) -> EventValue:
    return EventValue(instant, sequence, value=None if value is None else Decimal(value), text=property_text(value))


def adds(text: str, instant: datetime) -> EventValue:
    return EventValue(instant, text=text)


def removes(text: str, instant: datetime) -> EventValue:
    return EventValue(instant, text=text, operation=Operation.REMOVE)


def march(first_day: int = 1, last_day: int = 31, *, kept_days: int | None = None) -> PeriodDays:
    return PeriodDays(
        start=at(first_day),
        first_day=at(first_day).toordinal(),
        last_day=at(last_day).toordinal(),
        period_days=31,
        kept_days=last_day - first_day + 1 if kept_days is None else kept_days,
        day_of=datetime.toordinal,
    )
