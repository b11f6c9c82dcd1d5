"""What every connection to the database gets when it is opened, and whether a kept one still stands."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError
from django.db import connection as current
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.abc import Buffer

Answer = TypeVar("Answer")


class InstantLoader(BaseTzLoader):
    """``2024-03-01 00:00:00.5+00`` read by ``datetime`` itself, in a tenth of the driver's time.

    What has another form (``infinity``, years of five digits) is left to the driver.
    """

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        text = bytes(data)
        if text.endswith(b"+00"):
            with suppress(ValueError):
                return datetime.fromisoformat(text.decode())
        return super().load(data)


def asked_first(question: Callable[[], Answer]) -> Answer:
    """What begins a request or a flush: a question that, by its answer, tells that the kept connection still stands.

    Where it was cut the question is asked again on a new one. Spares Django's own look before it, a round trip.
    """
    if current.in_atomic_block:
        return question()
    current.health_check_done = True  # type: ignore[attr-defined]  # as Django does after its own look
    try:
        return question()
    except (OperationalError, InterfaceError):
        current.close()
        return question()


@receiver(connection_created)
def prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)
    # Django forbids it even to statements that ask for it (``kernel/prepared.py``); its own cursors never do.
    connection.connection.prepare_threshold = 0
    with connection.cursor() as cursor:
        # Every trigger of pgtrigger asks for it, and where it is missing pays for a subtransaction that fails.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', false)")
