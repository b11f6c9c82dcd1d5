"""Row and advisory locks. The order is customer → invoice → wallet; a lock lives until the transaction ends."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, models
from psycopg import errors

from billing_site.kernel.errors import LockFailed

Row = TypeVar("Row", bound=models.Model)

# deadlock_detected is a lock that cannot be had either.
REFUSED = (errors.LockNotAvailable, errors.DeadlockDetected)


def locked(rows: models.QuerySet[Row]) -> list[Row]:
    """The rows, locked for update in the order of their ids, so that two batches cannot wait for each other."""
    with lock_failures():
        return list(rows.order_by("pk").select_for_update(of=("self",)))


def lock_name(*parts: object) -> None:
    """Hold the lock of a name (``lock_name("customer", id)``) where there is no row to lock yet."""
    with lock_failures(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name_number(*parts)])


@contextmanager
def session_lock(*parts: object) -> Iterator[None]:
    """Hold the lock of a name over several transactions of this connection."""
    with lock_failures(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [name_number(*parts)])
    try:
        yield
    finally:
        release_session_lock(*parts)


def try_session_lock(*parts: object) -> bool:
    """Take the lock of a name for this connection, unless another one holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [name_number(*parts)])
        (taken,) = cursor.fetchone()
    return bool(taken)


def release_session_lock(*parts: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [name_number(*parts)])


def name_number(*parts: object) -> int:
    """The signed 64-bit number of a name, for PostgreSQL's advisory locks."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def limit_lock_waits(seconds: float) -> None:
    """Until the transaction ends, waiting for any one lock longer than this raises ``LockFailed``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(seconds * 1000)}ms"])


@contextmanager
def lock_failures() -> Iterator[None]:
    try:
        yield
    except OperationalError as failure:
        if is_lock_failure(failure):
            raise LockFailed from failure
        raise


def is_lock_failure(failure: BaseException) -> bool:
    return isinstance(failure.__cause__, REFUSED)
