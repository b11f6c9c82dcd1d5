"""The test session: the embedded database, and a test database of this run's own."""

import os
import re

import psutil
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from billing_site.postgres import EmbeddedPostgres

RUN = "METERBOOK_TEST_RUN"


def pytest_configure() -> None:
    """Name the test database after this run, so that two runs at once do not meet."""
    run = os.environ.setdefault(RUN, str(os.getpid()))  # inherited by the workers of pytest-xdist
    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{run}"
    # What a crash would lose here is thrown away anyway.
    database.setdefault("OPTIONS", {}).setdefault("options", "-c synchronous_commit=off")
    # Real passwords are slow to hash on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Examples are judged by their result, not by the speed of a busy machine.
    hypothesis_settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("tests")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the database when the first test asks for one."""
    if settings.ENVIRONMENT.database_url is None:
        server = EmbeddedPostgres.at(settings.BILLING_HOME)
        server.start()
        drop_databases_of_dead_runs(server)


def drop_databases_of_dead_runs(server: EmbeddedPostgres) -> None:
    with server.connection("postgres") as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            run = re.match(r"test_meterbook_(\d+)", name)
            if run and not psutil.pid_exists(int(run[1])):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
