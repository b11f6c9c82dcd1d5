"""Periodic work on usage."""

import time

from usage import rollup
from usage.services.event_check import check_all_events

# The schedule starts this every minute, so it stays below one.
SECONDS_AT_MOST = 45.0
# More events than these in one round, and the next round follows at once: reads should not fall behind.
BUSY = 5_000
PAUSE_SECONDS = 1.0


def roll() -> int:
    """Fold what is pending; while events keep pouring in, again and again. Returns how many events were folded."""
    deadline = time.monotonic() + SECONDS_AT_MOST
    total = 0
    while True:
        folded = rollup.roll().events_count
        total += folded
        if folded < BUSY or time.monotonic() + PAUSE_SECONDS > deadline:
            return total
        time.sleep(PAUSE_SECONDS)


def check_events() -> None:
    """Tell of the events of the last hour that cannot be counted."""
    check_all_events()
