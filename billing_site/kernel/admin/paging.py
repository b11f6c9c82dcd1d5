"""Pages of a table that is part of a row's page: never counted, and never too deep to be fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
# An offset reads what it skips.
LAST_PAGE = 200


@dataclass(frozen=True)
class Pager:
    """Links to the pages beside this one; empty where there is none."""

    number: int
    previous_url: str
    next_url: str

    @property
    def is_needed(self) -> bool:
        return bool(self.previous_url or self.next_url)


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], size: int = PAGE_SIZE
) -> tuple[list[Any], Pager]:
    """The rows of the page that ``?page=`` names, and its pager. One query: one row more than is shown is read."""
    number = page_number(request)
    first = (number - 1) * size
    found = list(rows[first : first + size + 1])
    return found[:size], pager_of(request, number, has_next=len(found) > size)


def pager_of(request: HttpRequest, number: int, *, has_next: bool) -> Pager:
    following = number + 1 if has_next and number < LAST_PAGE else 0
    return Pager(number, _url(request, number - 1), _url(request, following))


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1


def _url(request: HttpRequest, number: int) -> str:
    """The same page with another number; empty for none."""
    if not number:
        return ""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def choice_links(request: HttpRequest, name: str, choices: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Named filters of such a table, as the lists have them: ``choices`` are (value, title), the first one is "all"."""
    current = request.GET.get(name, choices[0][0])
    query = request.GET.copy()
    query.pop("page", None)
    links = []
    for value, title in choices:
        query[name] = value
        links.append({"title": title, "url": f"?{query.urlencode()}", "active": value == current})
    return links
