"""When the end of a subscription is announced."""

from datetime import UTC, datetime, time, timedelta

# Days before the end (S6).
ALERT_DAYS = (45, 15)


def termination_alert_at(ending_at: datetime | None, *, after: datetime) -> datetime | None:
    """The next alert after ``after``: the first instant (UTC) of the day 45, or 15, days before the end.

    An end on 31 March is announced on 14 February and on 16 March.
    """
    if ending_at is None:
        return None
    last_day = datetime.combine(ending_at.astimezone(UTC).date(), time(tzinfo=UTC))
    alerts = (last_day - timedelta(days=days) for days in ALERT_DAYS)
    return next((alert for alert in alerts if alert > after), None)
