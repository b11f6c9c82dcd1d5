"""A database of a benchmark's own, on the ordinary server with its ordinary, durable settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from billing_site.postgres import EmbeddedPostgres


@contextmanager
def database() -> Iterator[None]:
    """Dropped at the end."""
    if settings.ENVIRONMENT.database_url is None:
        EmbeddedPostgres.at(settings.BILLING_HOME).start()
    name = settings.DATABASES["default"]["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
