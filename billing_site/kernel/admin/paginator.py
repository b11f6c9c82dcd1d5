"""Pages of tables with millions of rows: counting stops where nobody pages any more."""

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

CAP = 10_000


class CappedPaginator(Paginator):
    """Counts at most ``CAP`` + 1 rows: ``count(*)`` over five million takes a third of a second, this a hundredth."""

    template_name = "admin/pages.html"

    @cached_property
    def rows_up_to_cap(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[: CAP + 1].count()

    @property
    def count(self) -> int:
        return min(self.rows_up_to_cap, CAP)

    @property
    def is_capped(self) -> bool:
        return self.rows_up_to_cap > CAP

    def page(self, number: Any) -> Page[Any]:
        """What is skipped is read from an index alone; whatever a row shows beside itself is joined for its page."""
        number = self.validate_number(number)
        rows, first = cast("QuerySet[Any]", self.object_list), (number - 1) * self.per_page
        shown = rows.values("pk")[first : min(first + self.per_page, self.count)]
        return Page(rows.filter(pk__in=shown), number, self)
