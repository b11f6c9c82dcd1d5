import os
import signal
import socket
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.platform.processes import running, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def is_well(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def test_the_server_answers_and_ends_with_its_process_group() -> None:
    port = free_port()
    with running("serve", "--port", str(port), "--workers", "2") as server:
        wait_until(lambda: is_well(port))
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        assert not is_well(port)


def test_a_taken_port_is_named_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running("serve", "--port", str(port)) as server:
            _, errors = server.communicate(timeout=30)
        assert f"Cannot serve on 127.0.0.1:{port}: Address already in use" in errors
        assert server.returncode == 1


def test_the_server_serves_static_files() -> None:
    port = free_port()
    with running("serve", "--port", str(port), "--workers", "1") as server:
        wait_until(lambda: is_well(port))
        with urlopen(f"http://127.0.0.1:{port}/static/admin/css/base.css", timeout=5) as response:
            assert response.headers["content-type"].startswith("text/css")
        server.terminate()
        server.wait(20)
