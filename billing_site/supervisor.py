"""Keeps a django-q2 cluster alive (reference: packages, 1): restarts it whole when a part of it died or hangs."""

import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime
from types import FrameType

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django_q.models import OrmQ

from billing_site import heartbeat
from billing_site.cluster import ClusterGroup

# Longer than any task may take: a busy cluster is silent between the begin and the end of a task.
SILENCE_SECONDS = settings.Q_CLUSTER["timeout"] + 60
LOOK_EVERY_SECONDS = 1
ASK_EVERY_LOOKS = 15
RESTART_PAUSE_SECONDS = 3

logger = structlog.get_logger(__name__)


class Supervisor:
    def __init__(self, name: str | None = None, silence_seconds: float = SILENCE_SECONDS) -> None:
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self.silence_seconds = silence_seconds
        self.stopping = threading.Event()

    def run(self) -> None:
        """Supervise until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not self.stopping.is_set():
            self._run_one_cluster()
            self.stopping.wait(RESTART_PAUSE_SECONDS)

    def _run_one_cluster(self) -> None:
        group, started_at = ClusterGroup.start(self.name), time.time()
        try:
            self._watch(group, started_at)
        finally:
            group.stop()

    def _watch(self, group: ClusterGroup, started_at: float) -> None:
        looks = 0
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            looks += 1
            if not group.is_running():
                logger.error("the worker cluster ended by itself and is started again", cluster=self.name)
                return
            if looks % ASK_EVERY_LOOKS == 0 and self.is_stuck(started_at):
                logger.error("the worker cluster is silent and is started again", cluster=self.name)
                return

    def is_stuck(self, started_at: float, now: float | None = None) -> bool:
        """Silent for too long, although there was work for it. No answer of the database proves nothing."""
        silent_since = (now or time.time()) - self.silence_seconds
        if started_at > silent_since:
            return False
        try:
            return heartbeat.last_beat(self.name) < silent_since and work_was_left(silent_since)
        except DatabaseError:
            return False
        finally:
            connection.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()


def work_was_left(silent_since: float) -> bool:
    """A task waits since then, or nothing at all was executed by any cluster: the periodic beat did not come."""
    waiting = OrmQ.objects.filter(lock__lte=datetime.fromtimestamp(silent_since, UTC))
    return waiting.exists() or heartbeat.last_beat() < silent_since
