"""What can be done to the rows that an operator has ticked in a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, kw_only=True)
class RowAction:
    """``start`` gets the chosen rows, or all of the filtered list; it does nothing yet but lead to a question."""

    name: str
    label: str
    permissions: Sequence[str]
    start: Callable[[HttpRequest, QuerySet[Any]], HttpResponse]
