"""Kill -9 of the database's server in the middle of ingest, and another start: what was acknowledged is there, once.

On a server of its own in an empty home, since the tests share theirs.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from billing_site.environment import PROJECT
from billing_site.postgres import EmbeddedPostgres
from tests.platform.processes import environment_of, running, wait_until
from tests.platform.test_embedded_postgres import postmaster_pid, wait_until_dead
from tests.platform.test_serve import free_port, is_well
from tests.usage.fast_lane.clients import BATCH, Clients

pytestmark = pytest.mark.slow

BEFORE, AFTER = 1_000, 500


@pytest.fixture
def home() -> Iterator[Path]:
    """Migrated; every account can enter it, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="meterbook-test-"))
    folder.chmod(0o755)
    EmbeddedPostgres.at(folder).start()
    manage(folder, "migrate", "--verbosity", "0")
    yield folder
    EmbeddedPostgres.at(folder).stop()
    shutil.rmtree(folder)


def manage(home: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=environment_of(home), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def kill(server: EmbeddedPostgres) -> None:
    parent = psutil.Process(postmaster_pid(server))
    for process in [parent, *parent.children()]:
        process.kill()
    wait_until_dead(server)


def test_the_server_of_the_database_is_killed_and_started_again(home: Path) -> None:
    database, port = EmbeddedPostgres.at(home), free_port()
    key = json.loads(manage(home, "create_organization", "Killed"))["api_key"]
    # Nobody reads what it says of every request that fails meanwhile, and a full pipe would hold it up.
    quiet = {**environment_of(home), "BILLING_LOG_LEVEL": "CRITICAL"}
    with running("serve", "--port", str(port), "--workers", "2", environment=quiet):
        wait_until(lambda: is_well(port))
        with Clients(port, key) as clients:
            wait_until(lambda: len(clients.acknowledged) > BEFORE)
            kill(database)
            known = len(clients.acknowledged)
            database.start()
            wait_until(lambda: len(clients.acknowledged) > known + AFTER)
    with database.connection() as connection:
        stored = [name for (name,) in connection.execute("SELECT transaction_id FROM usage_event").fetchall()]
    # The key of the table makes it once; a batch whose answer was lost may be there or not, but whole.
    assert set(clients.acknowledged) <= set(stored)
    assert len(stored) % BATCH == 0
    assert set(clients.refused) <= {500}
    assert manage(home, "verify_usage").strip() == "Every bucket equals its events."
