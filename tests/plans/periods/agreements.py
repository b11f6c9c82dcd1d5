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
    started = fields.pop("started_at", "2024-01-15 10:00")
    instants = {
        name: instant(value) if isinstance(value, str) and name.endswith("_at") else value
        for name, value in fields.items()
    }
    return Terms(
        **{
            "interval": BillingInterval(interval),
            "billing_time": BillingTime(billing_time),
            "timezone": "UTC",
            "subscription_at": instant(started),
            "started_at": instant(started),
            **instants,
        }
    )


def shown(covered: Interval | None) -> tuple[str, str] | None:
    """A range with its inclusive end, as the API shows it, but shorter."""
    if covered is None:
        return None
    return f"{covered.start:%Y-%m-%d %H:%M:%S}", f"{wire_end(covered):%Y-%m-%d %H:%M:%S}"


def days(first: str, last: str) -> tuple[str, str]:
    """What ``shown`` gives for whole UTC days."""
    return f"{first} 00:00:00", f"{last} 23:59:59"
