"""Runs the code checkers as the tests see them: over the whole project, with their caches."""

import subprocess
import sys
from pathlib import Path

from billing_site.environment import PROJECT


def output_of(program: str, *arguments: str) -> tuple[int, str]:
    """The exit code and the output of a program of the virtual environment."""
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
