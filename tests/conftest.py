"""The test session: the embedded database, and a test database of this run's own."""

import os
import re

import psutil
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from billing_site.postgres import EmbeddedPostgres
from tests.support.template_database import migrated_template

RUN = "METERBOOK_TEST_RUN"
RAN_BEFORE = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Name the test database after this run, so that two runs at once do not meet."""
    config.stash[RAN_BEFORE] = uses_another_server() or embedded_server().is_running()
    run = os.environ.setdefault(RUN, str(os.getpid()))  # inherited by the workers of pytest-xdist
    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{run}"
    # What a crash would lose here is thrown away anyway.
    database.setdefault("OPTIONS", {}).setdefault("options", "-c synchronous_commit=off")
    # Nothing answers here, so that no test asks Stripe itself.
    settings.STRIPE_API_URL = "http://127.0.0.1:9"
    # Real passwords are slow to hash on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Examples are judged by their result, not by the speed of a busy machine.
    hypothesis_settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("tests")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Start the database when the first test asks for one."""
    if not uses_another_server():
        server = embedded_server()
        server.start()
        drop_databases_of_dead_runs(server)
        with django_db_blocker.unblock():
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated_template()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server behind that this run started, unless somebody else came to use it."""
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.stash.get(RAN_BEFORE, True):
        return
    server = embedded_server()
    if server.is_ready() and not has_other_users(server):
        server.stop()


def uses_another_server() -> bool:
    return settings.ENVIRONMENT.database_url is not None


def embedded_server() -> EmbeddedPostgres:
    return EmbeddedPostgres.at(settings.BILLING_HOME)


def has_other_users(server: EmbeddedPostgres) -> bool:
    others = "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with server.connection("postgres") as connection:
        return connection.execute(others).fetchone() is not None


def drop_databases_of_dead_runs(server: EmbeddedPostgres) -> None:
    with server.connection("postgres") as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            run = re.match(r"test_meterbook_(\d+)", name)
            if run and not psutil.pid_exists(int(run[1])):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
