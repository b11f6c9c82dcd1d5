"""The first question on a connection that was kept."""

import pytest
from django.db import OperationalError, ProgrammingError, connection

from billing_site.kernel.connections import asked_first

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.fixture
def cut_connection() -> int:
    pid = backend()
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return pid


def test_it_is_asked_again_where_the_connection_was_cut(cut_connection: int) -> None:
    assert asked_first(backend) != cut_connection


def test_a_connection_that_stands_is_kept() -> None:
    assert asked_first(backend) == asked_first(backend)


def test_a_faulty_question_is_asked_once() -> None:
    asked = []

    def faulty() -> None:
        asked.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    with pytest.raises(ProgrammingError):
        asked_first(faulty)
    assert len(asked) == 1
