"""Figures that add up a whole table: what few rows make is found at once, what many make by a worker, and remembered.

So no page waits for millions of rows. It shows what was found last, and when that was.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Generic, TypeVar
from zlib import crc32

from django.core.cache import cache
from django.utils.module_loading import import_string

from billing_site.kernel.clock import wall_now
from billing_site.kernel.jobs import enqueue

FIND = "billing_site.kernel.remembered.find"
FRESH = timedelta(minutes=10)
# A worker that died is asked again after so long.
PATIENCE_SECONDS = 300
KEPT_SECONDS = 86_400

Found = TypeVar("Found")


@dataclass(frozen=True)
class Remembered(Generic[Found]):
    """``found`` is None while it is found for the first time; ``at`` is None for what is of now."""

    found: Found | None
    at: datetime | None = None


def remembered(answer: Callable[..., Found], *arguments: str, at_once: bool) -> Remembered[Found]:
    """``answer(*arguments)``: of now if ``at_once``, else as a worker found it last; it looks again after ten minutes.

    ``answer`` is a function of a module and gives what can be pickled; ``arguments`` are ids and plain words.
    """
    if at_once:
        return Remembered(answer(*arguments))
    question = f"{answer.__module__}.{answer.__qualname__}"
    known: Remembered[Found] = cache.get(_key(question, arguments)) or Remembered(None)
    is_fresh = known.at is not None and wall_now() - known.at < FRESH
    if not is_fresh and cache.add(_key(question, arguments, "asked"), True, PATIENCE_SECONDS):
        enqueue(FIND, question, *arguments, inline=False)
    return known


def find(question: str, *arguments: str) -> None:
    """A worker's task; run twice it finds the same."""
    found = Remembered(import_string(question)(*arguments), wall_now())
    cache.set(_key(question, arguments), found, KEPT_SECONDS)
    cache.delete(_key(question, arguments, "asked"))


def _key(question: str, arguments: tuple[str, ...], *more: str) -> str:
    return ":".join(("remembered", question, _edition(question), *arguments, *more))


@lru_cache
def _edition(question: str) -> str:
    """Of the module that answers: what another release of it has found may have another shape."""
    module = import_module(question.rpartition(".")[0])
    return f"{crc32(inspect.getsource(module).encode()):08x}"
