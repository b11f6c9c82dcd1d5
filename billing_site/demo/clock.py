"""The test clock of the demo's sandbox, which an earlier demo may have moved already."""

from datetime import datetime

from billing_site.demo.client import DemoClient


def start_clock(client: DemoClient, at: datetime) -> None:
    """Set a clock that nobody has set yet: a new sandbox has no subscription."""
    if client.call("GET", "subscriptions?per_page=1")["meta"]["total_count"] == 0:
        _put(client, at)


def move_clock(client: DemoClient, to: datetime) -> None:
    """Forward only; a clock that is there or further stays."""
    now = datetime.fromisoformat(client.call("GET", "test_clock")["test_clock"]["now"])
    if now < to:
        _put(client, to)


def _put(client: DemoClient, at: datetime) -> None:
    client.call("PUT", "test_clock", {"test_clock": {"now": at.isoformat()}})
