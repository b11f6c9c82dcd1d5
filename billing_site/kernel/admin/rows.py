"""Rows of a list. The theme draws head and checkbox anew for each of them: its rows were half of a page's time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.utils import display_for_field, display_for_value

from billing_site.kernel.admin.display import NOTHING, url_of

# Django's script looks for the class.
_TICK = '<input type="checkbox" name="{}" value="{}" class="action-select mb-tick" aria-label="Select {}">'


@dataclass(frozen=True)
class Column:
    """``opening`` is the tag that a cell begins with: with the title, which a phone shows beside the cell."""

    name: str
    title: str
    opening: SafeString
    shown: Callable[[Model], Any]


@dataclass(frozen=True)
class ListRows:
    columns: Sequence[Column]
    rows: Sequence[Model]
    has_ticks: bool

    def lines(self) -> Iterator[tuple[SafeString | str, list[tuple[SafeString, Any]]]]:
        """Of each row its checkbox, if rows are ticked here, and its cells."""
        for row in self.rows:
            tick = format_html(_TICK, ACTION_CHECKBOX_NAME, row.pk, row) if self.has_ticks else ""
            yield tick, [(column.opening, column.shown(row)) for column in self.columns]


def rows_of(changes: ChangeList) -> ListRows:
    names = [name for name in changes.list_display if name != "action_checkbox"]
    has_ticks = len(names) < len(changes.list_display)
    return ListRows([_column(changes, str(name)) for name in names], changes.result_list, has_ticks)


def _column(changes: ChangeList, name: str) -> Column:
    title = capfirst(str(label_for_field(name, changes.model, model_admin=changes.model_admin)))
    shown = _shown(changes.model_admin, name)
    if name in (changes.list_display_links or ()):
        shown = _linked(shown)
    return Column(name, title, format_html('<td class="field-{}" data-label="{}">', name, title), shown)


def _shown(model_admin: Any, name: str) -> Callable[[Model], Any]:
    """A method of the admin, or a field."""
    method = getattr(model_admin, name, None)
    if method is not None:
        return lambda row: display_for_value(method(row), NOTHING)
    field, value = model_admin.opts.get_field(name), attrgetter(name)
    return lambda row: display_for_field(value(row), field, NOTHING)


def _linked(shown: Callable[[Model], Any]) -> Callable[[Model], Any]:
    return lambda row: format_html('<a class="mb-strong" href="{}">{}</a>', url_of(row), shown(row))
