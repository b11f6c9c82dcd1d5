"""A database with all migrations done, that every worker's test database is copied from.

Kept by the embedded server from run to run, until a migration changes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

PREFIX = "migrated_"
LOCK = 7_701


def migrated_template() -> str:
    """The template's name; the first of several processes makes it while the others wait."""
    name = f"{PREFIX}{_fingerprint()}"
    with connection._nodb_cursor() as cursor, _one_at_a_time(cursor):
        kept = _templates(cursor)
        if name not in kept:
            _make(cursor, name)
            for outdated in kept:
                cursor.execute(f"DROP DATABASE IF EXISTS {outdated}")
    return name


def _make(cursor: CursorWrapper, name: str) -> None:
    """Under another name until it is whole: a process may die half-way."""
    unfinished = f"un{name}"
    cursor.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
    cursor.execute(f"CREATE DATABASE {unfinished}")
    with _connected_to(unfinished):
        call_command("migrate", verbosity=0, interactive=False)
    cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")


def _templates(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname::text, %s)", [PREFIX])
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def _one_at_a_time(cursor: CursorWrapper) -> Iterator[None]:
    cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _fingerprint() -> str:
    """Of all migrations that are installed."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
