"""The worker's supervision, on real clusters: nothing stays behind, and what died comes back."""

import subprocess
import time
from datetime import timedelta

import psutil
import pytest
from django.core.cache import cache
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from billing_site import heartbeat
from billing_site.supervisor import Supervisor
from tests.platform.processes import is_gone, running, wait_until

HOUR = 3600.0


def cluster_of(supervisor: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(supervisor.pid).children(recursive=True)


def is_complete(supervisor: "subprocess.Popen[str]") -> bool:
    """Main process, sentinel, two workers, monitor, pusher."""
    return len(cluster_of(supervisor)) >= 6


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestCluster:
    def test_it_ends_with_a_signal_to_the_supervisor(self) -> None:
        with running("worker") as supervisor:
            wait_until(lambda: is_complete(supervisor))
            cluster = cluster_of(supervisor)
            supervisor.terminate()
            assert supervisor.wait(40) == 0
            wait_until(lambda: all(map(is_gone, cluster)))

    def test_it_ends_when_its_supervisor_is_killed(self) -> None:
        with running("worker") as supervisor:
            wait_until(lambda: is_complete(supervisor))
            cluster = cluster_of(supervisor)
            supervisor.kill()
            wait_until(lambda: all(map(is_gone, cluster)))

    def test_it_is_replaced_whole_when_its_sentinel_is_killed(self) -> None:
        with running("worker") as supervisor:
            wait_until(lambda: is_complete(supervisor))
            old = cluster_of(supervisor)
            main = next(process for process in old if process.ppid() == supervisor.pid)
            main.children()[0].kill()
            wait_until(lambda: all(map(is_gone, old)))
            wait_until(lambda: is_complete(supervisor))
            supervisor.terminate()
            supervisor.wait(40)

    def test_it_runs_what_is_due_and_beats(self) -> None:
        with running("worker") as supervisor:
            wait_until(lambda: Schedule.objects.count() >= 3)
            OrmQ.objects.all().delete()
            async_task("billing_site.heartbeat.keep_alive")
            wait_until(lambda: heartbeat.last_beat() > 0)
            supervisor.terminate()
            supervisor.wait(40)


@pytest.mark.django_db(transaction=True)
class TestStuck:
    """Silent for 300 seconds is stuck, if there was work."""

    def is_stuck(self, started_before: float) -> bool:
        return Supervisor("this", silence_seconds=300).is_stuck(time.time() - started_before)

    def beat(self, cluster: str, seconds_ago: float) -> None:
        cache.set(heartbeat.key(cluster), time.time() - seconds_ago)

    def test_a_young_cluster_is_not_stuck(self) -> None:
        assert not self.is_stuck(started_before=100)

    def test_a_beat_within_the_limit_proves_life(self) -> None:
        self.beat("this", 200)
        assert not self.is_stuck(HOUR)

    def test_silence_of_all_clusters_is_stuck_because_the_periodic_beat_did_not_come(self) -> None:
        self.beat("this", 400)
        self.beat(heartbeat.ANY_CLUSTER, 400)
        assert self.is_stuck(HOUR)

    def test_a_cluster_whose_work_another_one_does_is_idle(self) -> None:
        self.beat(heartbeat.ANY_CLUSTER, 10)
        assert not self.is_stuck(HOUR)

    def test_a_task_that_just_came_proves_nothing(self) -> None:
        self.beat(heartbeat.ANY_CLUSTER, 10)
        OrmQ.objects.create(key="meterbook", payload="", lock=timezone.now())
        assert not self.is_stuck(HOUR)

    def test_a_silent_cluster_beside_waiting_tasks_is_stuck(self) -> None:
        self.beat(heartbeat.ANY_CLUSTER, 10)
        OrmQ.objects.create(key="meterbook", payload="", lock=timezone.now() - timedelta(minutes=6))
        assert self.is_stuck(HOUR)
