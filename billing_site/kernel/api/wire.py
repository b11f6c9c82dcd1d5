"""How values look on the wire (reference: protocol, 4.4). Every ``wire`` package builds on these."""

from datetime import UTC, date, datetime
from decimal import Decimal


def instant(at: datetime | None) -> str | None:
    """``"2026-08-01T00:00:00Z"``: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def instant_ms(at: datetime | None) -> str | None:
    """``"2026-08-01T00:00:00.000Z"``, as event timestamps and ``started_at`` have it."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def civil_date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def decimal_string(number: Decimal | int | None) -> str | None:
    """Plain, and always with a decimal part: ``Decimal("1E+1")`` is ``"10.0"``, ``Decimal("0.500")`` ``"0.5"``."""
    if number is None:
        return None
    if number == 0:
        return "0.0"
    whole, _, fraction = f"{Decimal(number):f}".partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def rate(percent: Decimal | None) -> float | None:
    """The only floats of the API: rates in percent."""
    return None if percent is None else float(percent)


def text(value: str) -> str | None:
    """Empty text is stored as ``""`` and shown as null."""
    return value or None
