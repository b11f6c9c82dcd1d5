"""A rehearsal: commands run as they would, and nothing of it stays."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)
_performed: ContextVar[frozenset[str]] = ContextVar("performed", default=frozenset())


@contextmanager
def rehearsal(*, performing: Collection[str] = ()) -> Iterator[None]:
    """What is written inside is undone at its end, and what is queued is dropped, also where that runs at once.

    Tasks named in ``performing`` run where they would be queued, so that what they do is seen, and undone.
    """
    token, performed = _rehearsing.set(True), _performed.set(frozenset(performing))
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _rehearsing.reset(token)
        _performed.reset(performed)


def is_rehearsal() -> bool:
    return _rehearsing.get()


def is_performed(task: str) -> bool:
    """Whether a rehearsal wants to see what the task does."""
    return task in _performed.get()
