"""Pages that begin after a row: as fast in the depth of a long list as at its top."""

from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from billing_site.kernel.models import Entity

M = TypeVar("M", bound=Entity)


class Page(NamedTuple, Generic[M]):
    """``next_after`` is what the following page begins after; empty on the last one."""

    rows: list[M]
    next_after: str
    is_first: bool


def page_after(rows: QuerySet[M], columns: tuple[str, ...], after: str, *, size: int) -> Page[M]:
    """``rows`` come in descending order of ``columns``, which end with the id. At most two queries.

    ``after`` is the id of a row of ``rows``; anything else shows the first page.
    """
    last = _row(rows, after)
    following = rows if last is None else rows.filter(_below(last, columns))
    found = list(following[: size + 1])
    next_after = str(found[size - 1].pk) if len(found) > size else ""
    return Page(found[:size], next_after, last is None)


def _row(rows: QuerySet[M], after: str) -> M | None:
    try:
        return rows.filter(id=UUID(after)).first() if after else None
    except ValueError:
        return None


def _below(last: Entity, columns: tuple[str, ...]) -> Q:
    below, equal = Q(), Q()
    for column in columns:
        value = getattr(last, column)
        below |= equal & Q(**{f"{column}__lt": value})
        equal &= Q(**{column: value})
    # Without this the index would be read from its beginning.
    return below & Q(**{f"{columns[0]}__lte": getattr(last, columns[0])})
