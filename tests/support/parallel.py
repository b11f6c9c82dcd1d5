"""Calls that come at the same moment, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from billing_site.kernel.errors import BillingError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or was refused with, all of them started together."""
    together = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            together.wait()
            return call()
        except BillingError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
