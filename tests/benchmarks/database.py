"""A database of a benchmark's own, on the ordinary server with its ordinary, durable settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection

from billing_site.postgres import EmbeddedPostgres
from tests.support.template_database import migrated_template

OWN = ("customers", "usage", "plans", "invoices")


@contextmanager
def database() -> Iterator[None]:
    """Dropped at the end."""
    if settings.ENVIRONMENT.database_url is None:
        EmbeddedPostgres.at(settings.BILLING_HOME).start()
    name = settings.DATABASES["default"]["NAME"]
    # Copied from a template: migrating takes longer than most of what is measured with --quick.
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def emptied() -> None:
    """Of all that belongs to organizations; not all of it is tied by foreign keys."""
    own = [model for label in OWN for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    tables = ", ".join(model._meta.db_table for model in own if model._meta.managed)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
