"""Where the embedded server keeps its files. Found again by every process from ``BILLING_HOME`` alone."""

import contextlib
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from billing_site.postgres.account import Account, account_for

MAJOR = 18  # in the folder's name, because another major version cannot read the data
PORT = 5432  # names the socket file only: TCP is off
USER = DATABASE = "meterbook"

# A socket's path may have 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 103
SHARED_DATA_ROOT = Path("/var/lib/meterbook")
SHORT_RUNTIME_ROOT = Path("/tmp")


@dataclass(frozen=True)
class Layout:
    home: Path
    data: Path
    sockets: Path
    account: Account

    @classmethod
    def of(cls, home: Path) -> "Layout":
        home = home.resolve()
        link = home / f"postgres-{MAJOR}"
        account = account_for(link)
        if not link.exists() and not link.is_symlink() and not can_enter_parent(home, account):
            link_to_shared_folder(link)
        data = link.resolve()
        return cls(home=home, data=data, sockets=socket_folder(data), account=account)

    @property
    def lock(self) -> Path:
        return self.home / "postgres.lock"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def lock_files(self) -> tuple[Path, ...]:
        """What a running server holds and a killed one leaves behind."""
        socket = self.sockets / f".s.PGSQL.{PORT}"
        return self.pid_file, socket.with_name(f"{socket.name}.lock"), socket


def can_enter_parent(home: Path, account: Account) -> bool:
    """False if a private folder above the home keeps the server's account out: root with a home in /root."""
    existing = next(folder for folder in home.parents if folder.exists())
    return account.may_enter(existing)


def link_to_shared_folder(link: Path) -> None:
    """Keep the data outside of the home. The link alone knows where, so that a new home never meets old data."""
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # another process was first
        link.symlink_to(SHARED_DATA_ROOT / secrets.token_hex(6) / link.name)


def socket_folder(data: Path) -> Path:
    if len(bytes(data / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return data
    return SHORT_RUNTIME_ROOT / f"meterbook-{short_name(data)}"


def short_name(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]
