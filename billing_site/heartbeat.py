"""The worker's heartbeat: when one of a cluster's processes last began or finished a task.

A cluster whose queue is stuck has live processes that do nothing, so only executed work proves that it is alive.
A periodic task sees to it that there is always some.
"""

import os
import time
from typing import Any

from django.core.cache import cache

CLUSTER_VARIABLE = "BILLING_CLUSTER"
ANY_CLUSTER = "any"
RECORD_EVERY_SECONDS = 5
REMEMBERED_SECONDS = 24 * 3600


class Heartbeat:
    """Records the beats of one process, seldom enough to cost nothing."""

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster
        self.recorded_at = 0.0

    def beat(self, **signal: Any) -> None:
        now = time.time()
        if now - self.recorded_at >= RECORD_EVERY_SECONDS:
            cache.set_many({key(self.cluster): now, key(ANY_CLUSTER): now}, REMEMBERED_SECONDS)
            self.recorded_at = now


def last_beat(cluster: str = ANY_CLUSTER) -> float:
    """The epoch second of the last beat; 0 when none is known."""
    return float(cache.get(key(cluster)) or 0)


def key(cluster: str) -> str:
    return f"heartbeat:{cluster}"


def this_cluster() -> str:
    return os.environ.get(CLUSTER_VARIABLE, "unsupervised")


def keep_alive() -> None:
    """The periodic task: work for an idle cluster."""
