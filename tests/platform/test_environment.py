"""A wrong value stops the start with a sentence that names the variable."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from billing_site.environment import PROJECT, kept_secret_key


def start_with(variables: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BILLING_HOME": str(home), **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [
        ("BILLING_HOME", "/dev/null/var"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://localhost/billing"),
        ("DATABASE_URL", "nonsense"),
        ("PUBLIC_URL", "billing.example.com"),
        ("EMAIL_URL", "pigeon://roof"),
        ("BILLING_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(variable: str, wrong: str, tmp_path: Path) -> None:
    done = start_with({variable: wrong}, tmp_path)
    assert done.returncode == 1
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = kept_secret_key(tmp_path / "home")
    assert kept_secret_key(tmp_path / "home") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600
