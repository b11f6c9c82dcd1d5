"""Pages of a list and their ``meta`` (reference: protocol, 4.3).

The count is exact up to ``COUNTED_ROWS``; beyond, counting would cost more than the page itself, so it is
PostgreSQL's own estimate. ``next_page`` never depends on it: one row more than the page is fetched.
Nonsense in ``page`` and ``per_page`` counts as absent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

DEFAULT_PER_PAGE = 100
MOST_PER_PAGE = 1000
LAST_PAGE = 1_000_000
COUNTED_ROWS = 100_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    number: int
    per_page: int
    total_count: int
    has_more: bool

    def meta(self) -> dict[str, int | None]:
        if not self.total_count:
            return {"current_page": 0, "next_page": None, "prev_page": None, "total_pages": 0, "total_count": 0}
        return {
            "current_page": self.number,
            "next_page": self.number + 1 if self.has_more else None,
            "prev_page": self.number - 1 if self.number > 1 and self.rows else None,
            "total_pages": -(-self.total_count // self.per_page),
            "total_count": self.total_count,
        }


def page_of(rows: QuerySet[Row], parameters: Mapping[str, Any]) -> Page[Row]:
    """The page that ``page`` and ``per_page`` ask for. Two statements, besides prefetches."""
    number = positive(parameters.get("page"), 1, LAST_PAGE)
    per_page = positive(parameters.get("per_page"), DEFAULT_PER_PAGE, MOST_PER_PAGE)
    start = (number - 1) * per_page
    fetched = list(rows[start : start + per_page + 1])
    has_more = len(fetched) > per_page
    seen = start + len(fetched)
    counted = seen if fetched and not has_more else max(row_count(rows), seen if fetched else 0)
    return Page(fetched[:per_page], number, per_page, counted, has_more)


def positive(given: Any, default: int, most: int) -> int:
    try:
        number = int(given)
    except (TypeError, ValueError):
        return default
    return min(number, most) if number > 0 else default


def row_count(rows: QuerySet[Any]) -> int:
    counted = rows.order_by().values("pk")[: COUNTED_ROWS + 1].count()
    return counted if counted <= COUNTED_ROWS else max(counted, estimated_count(rows))


def estimated_count(rows: QuerySet[Any]) -> int:
    plan = json.loads(rows.order_by().values("pk").explain(format="JSON"))
    return int(plan[0]["Plan"]["Plan Rows"])
