"""A django-q2 cluster that ends with its supervisor, and what the supervisor does to it."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from django_q.cluster import Cluster
from django_q.signals import post_execute_in_worker, pre_execute

from billing_site.environment import PROJECT
from billing_site.heartbeat import CLUSTER_VARIABLE, Heartbeat, this_cluster

# Time for the tasks in work. A task that is cut off runs again: tasks are idempotent.
STOP_SECONDS = 20


def run_cluster(lifeline: IO[bytes]) -> bool:
    """Run until a signal or the end of ``lifeline`` stops it. False if it died by itself.

    The supervisor holds the other end of ``lifeline``: it closes even when the supervisor is killed, so that
    no cluster goes on unsupervised.
    """
    heartbeat = Heartbeat(this_cluster())
    pre_execute.connect(heartbeat.beat)
    post_execute_in_worker.connect(heartbeat.beat)
    cluster = Cluster()
    cluster.start()
    while cluster.sentinel.is_alive():
        closed, _, _ = select.select([lifeline], [], [], 1)
        if closed and cluster.sentinel.is_alive():
            cluster.stop()
    return cluster.stop_event is None  # only ``stop`` clears it


@dataclass
class ClusterGroup:
    """The process group of a running cluster: it has no other members, and none of it outlives ``stop``."""

    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, name: str) -> "ClusterGroup":
        return cls(
            subprocess.Popen(
                [sys.executable, str(PROJECT / "manage.py"), "worker", "--cluster"],
                stdin=subprocess.PIPE,
                env={**os.environ, CLUSTER_VARIABLE: name},
                start_new_session=True,
            )
        )

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.process.terminate()  # the main process only: it tells the others to finish their tasks
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
