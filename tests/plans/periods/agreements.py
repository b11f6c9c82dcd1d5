"""Builders of terms and ranges for the period tests."""

from datetime import UTC, datetime
from typing import Any

from billing_site.kernel.intervals import Interval
from plans.periods import BillingInterval, BillingTime, Terms, wire_end


def instant(text: str) -> datetime:
    """``2024-01-31`` or ``2024-01-31 01:00``, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def agreement(interval: str = "monthly", billing_time: str = "calendar", **fields: Any) -> Terms:
    """Monthly calendar terms in UTC from 15 January 2024, 10:00, unless told otherwise; instants as text."""
    started = instant(fields.pop("started_at", "2024-01-15 10:00"))
    given: dict[str, Any] = {"timezone": "UTC", "subscription_at": started, "started_at": started}
    for name, value in fields.items():
        given[name] = instant(value) if name.endswith("_at") and isinstance(value, str) else value
    return Terms(interval=BillingInterval(interval), billing_time=BillingTime(billing_time), **given)


def shown(covered: Interval | None) -> tuple[str, str] | None:
    """A range with its inclusive end, as the API shows it, but shorter."""
    if covered is None:
        return None
    return f"{covered.start:%Y-%m-%d %H:%M:%S}", f"{wire_end(covered):%Y-%m-%d %H:%M:%S}"


def days(first: str, last: str) -> tuple[str, str]:
    """What ``shown`` gives for whole UTC days."""
    return f"{first} 00:00:00", f"{last} 23:59:59"
