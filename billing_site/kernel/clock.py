"""The wall clock, read in one place. The domain asks ``organization.now()`` instead."""

from datetime import UTC, datetime


def wall_now() -> datetime:
    return datetime.now(UTC)
