"""Figures that are found at once or by a worker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django_q.models import OrmQ

from billing_site.kernel.remembered import find, remembered
from tests.support.remembering import add_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def doubled(word: str) -> str:
    return 2 * word


def test_what_few_rows_make_is_found_at_once_and_not_remembered() -> None:
    known = remembered(doubled, "ab", at_once=True)
    assert (known.found, known.at) == ("abab", None)
    assert remembered(doubled, "ab", at_once=False).found is None


def test_what_many_make_is_found_by_a_worker_that_is_asked_once() -> None:
    for _ in range(2):
        assert remembered(doubled, "ab", at_once=False).found is None
    assert add_up() == 1
    known = remembered(doubled, "ab", at_once=False)
    assert known.found == "abab"
    assert known.at is not None
    assert remembered(doubled, "cd", at_once=False).found is None


def test_what_is_old_is_still_shown_while_it_is_found_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    find(f"{__name__}.doubled", "ab")
    monkeypatch.setattr("billing_site.kernel.remembered.FRESH", timedelta(0))
    assert remembered(doubled, "ab", at_once=False).found == "abab"
    assert OrmQ.objects.count() == 1


def test_what_another_release_has_found_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(doubled, "ab", at_once=False)
    add_up()
    monkeypatch.setattr("billing_site.kernel.remembered._edition", lambda question: "another")
    assert remembered(doubled, "ab", at_once=False).found is None
