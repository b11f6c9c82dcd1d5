"""The benchmarks work and their results are right; nothing is said about times here."""

import subprocess
import sys

import pytest

from billing_site.environment import PROJECT
from tests.platform.processes import url_of_the_test_database

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("name", ["billing", "console", "ingest", "pdf", "scale", "usage"])
def test_a_quick_benchmark_finds_right_results(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # It makes a database of its own beside the one of this test.
    monkeypatch.setenv("DATABASE_URL", url_of_the_test_database())
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--quick"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
