"""Kill -9 in the middle of ingest: what was acknowledged is there, once."""

import os
import signal
import time
from collections.abc import Callable

import psutil
import pytest
from django.core.management import call_command
from django.db import connection

from customers.services.api_key import create_api_key
from tests.platform.processes import running, wait_until
from tests.platform.test_serve import free_port, is_well
from tests.support.builders import an_organization
from tests.support.usage import a_metric
from tests.usage.fast_lane.clients import BATCH, Clients
from usage.models import UsageEvent
from usage.rollup import roll

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOAD_SECONDS = 1.5


def story(disturb: Callable[[psutil.Process], None]) -> Clients:
    """Load on a server of two workers, ``disturb`` in its middle, and the load goes on for a while."""
    organization = an_organization(sandbox=False)
    a_metric(organization)
    _, key = create_api_key(organization=organization, at=organization.now())
    port = free_port()
    with running("serve", "--port", str(port), "--workers", "2") as server:
        wait_until(lambda: is_well(port))
        with Clients(port, key) as clients:
            wait_until(lambda: len(clients.acknowledged) > 500)
            roll()
            disturb(psutil.Process(server.pid))
            time.sleep(LOAD_SECONDS)
    return clients


def assert_all_is_there_once(clients: Clients) -> None:
    stored = list(UsageEvent.objects.values_list("transaction_id", flat=True))
    assert len(clients.acknowledged) > 500
    # The key of the table makes it once; a batch whose answer was lost may be there or not, but whole.
    assert set(clients.acknowledged) <= set(stored)
    assert len(stored) % BATCH == 0
    call_command("verify_usage")


def test_the_workers_are_killed_and_replaced() -> None:
    def kill_workers(server: psutil.Process) -> None:
        for worker in server.children(recursive=True):
            worker.kill()

    clients = story(kill_workers)
    assert_all_is_there_once(clients)


def test_the_connections_to_the_database_are_cut() -> None:
    def cut(_: psutil.Process) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    clients = story(cut)
    # Whose flush was cut got an error; the next flush has a new connection.
    assert set(clients.refused) <= {500}
    assert_all_is_there_once(clients)


def test_the_server_is_asked_to_end_and_answers_what_it_has_taken() -> None:
    def ask_to_end(server: psutil.Process) -> None:
        os.kill(server.pid, signal.SIGTERM)

    clients = story(ask_to_end)
    assert_all_is_there_once(clients)
    # Every batch that was stored was also acknowledged.
    assert UsageEvent.objects.count() == len(clients.acknowledged)
