"""What every connection to the database gets when it is opened."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.abc import Buffer


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


@receiver(connection_created)
def prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)
    # Django forbids it even to statements that ask for it (``kernel/prepared.py``); its own cursors never do.
    connection.connection.prepare_threshold = 0
    with connection.cursor() as cursor:
        # Every trigger of pgtrigger asks for it, and where it is missing pays for a subtransaction that fails.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', false)")
