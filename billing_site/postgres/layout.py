"""Where the embedded server keeps its files. Found again by every process from ``BILLING_HOME`` alone."""

import hashlib
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
        data = link.resolve() if link.exists() else new_data_folder(home, account)
        return cls(home=home, data=data, sockets=socket_folder(data), account=account)

    @property
    def link(self) -> Path:
        """The data as seen from the home: the folder itself, or a link where the account cannot enter the home."""
        return self.home / f"postgres-{MAJOR}"

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


def new_data_folder(home: Path, account: Account) -> Path:
    """Inside the home, unless a private folder above it keeps the server's account out (root with a home in /root)."""
    existing = next(folder for folder in home.parents if folder.exists())
    if account.may_enter(existing):
        return home / f"postgres-{MAJOR}"
    return SHARED_DATA_ROOT / short_name(home) / f"postgres-{MAJOR}"


def socket_folder(data: Path) -> Path:
    if len(bytes(data / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return data
    return SHORT_RUNTIME_ROOT / f"meterbook-{short_name(data)}"


def short_name(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]
