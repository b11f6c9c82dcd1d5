"""The folders of the embedded server: who may enter them, and the new cluster in them."""

import os
import shutil
from pathlib import Path

from billing_site.postgres.account import Account
from billing_site.postgres.binaries import Programs
from billing_site.postgres.errors import PostgresError
from billing_site.postgres.layout import USER, Layout
from billing_site.postgres.tuning import settings_file

SETTINGS_FILE = "meterbook.conf"
LOG_LIMIT_BYTES = 10 * 1024 * 1024


def prepare_folders(layout: Layout) -> None:
    parent = layout.data.parent
    parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not layout.account.may_enter(parent):
        let_through(parent, layout.account)
    if layout.sockets != layout.data:
        make_private(layout.sockets, layout.account)


def let_through(folder: Path, account: Account) -> None:
    """Open our own folder, and only for the account's group: it stays closed to everybody else."""
    os.chown(folder, -1, account.gid)
    folder.chmod(folder.stat().st_mode & 0o7777 | 0o010)
    if not account.may_enter(folder):
        raise PostgresError(f"uid {account.uid}, which runs the server, cannot enter {folder}.")


def make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), account.uid):
        raise PostgresError(f"{folder} belongs to somebody else; remove it.")
    os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def create_cluster(layout: Layout, programs: Programs) -> None:
    """Build the cluster beside its place and move it there, so that a killed initdb leaves no half cluster."""
    unfinished = layout.data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private(unfinished, layout.account)
    # The builtin locale: the same order of text on every machine, whatever its C library.
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
    programs.run("initdb", "-D", str(unfinished), "-U", USER, "--auth=trust", "--data-checksums", *locale)
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write(f"include_if_exists '{SETTINGS_FILE}'\n")
    unfinished.rename(layout.data)


def write_settings(layout: Layout) -> None:
    file = layout.data / SETTINGS_FILE
    file.write_text(settings_file(layout.sockets))
    os.chown(file, layout.account.uid, layout.account.gid)


def shorten_log(layout: Layout) -> None:
    if layout.log.exists() and layout.log.stat().st_size > LOG_LIMIT_BYTES:
        os.truncate(layout.log, 0)
