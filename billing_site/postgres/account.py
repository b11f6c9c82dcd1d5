"""The operating-system account that the server runs under: PostgreSQL refuses uid 0."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billing_site.postgres.errors import PostgresError

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def subprocess_arguments(self) -> dict[str, Any]:
        """Arguments for ``subprocess.run`` that make the child this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether ``folder`` and all folders above it can be traversed."""
        return all(self._has(place, 0o1) for place in (folder, *folder.parents))

    def may_run(self, file: Path) -> bool:
        return self.may_enter(file.parent) and self._has(file, 0o5)

    def _has(self, place: Path, bits: int) -> bool:
        status = place.stat()
        if self.uid == 0:
            return True
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return stat.S_IMODE(status.st_mode) >> shift & bits == bits


def account_for(data: Path) -> Account:
    """The owner of existing data; otherwise ourselves, or an unprivileged account when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    return unprivileged_account()


def unprivileged_account() -> Account:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise PostgresError("PostgreSQL refuses to run as root, and there is no account postgres or nobody to drop to.")
