"""How amounts, instants, states and links look in the console."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing_site.kernel.formatting import format_date, format_money, format_unit_amount, format_units

LOCALE = "en"
NOTHING = "–"

# Colours of states, by what they mean to an operator.
GOOD, WAITING, BAD, CALM, QUIET = "success", "warning", "danger", "info", "default"
STATE_COLOURS: dict[str, str] = {
    "active": GOOD,
    "available": GOOD,
    "finalized": GOOD,
    "succeeded": GOOD,
    "done": GOOD,
    "resolved": GOOD,
    "draft": CALM,
    "running": CALM,
    "trying": CALM,
    "tried": WAITING,
    "pending": WAITING,
    "generating": WAITING,
    "incomplete": WAITING,
    "overdue": BAD,
    "failed": BAD,
    "done_with_failures": BAD,
    "revoked": BAD,
}


def money(amount_cents: int, currency: str) -> str:
    return format_money(amount_cents, currency, LOCALE)


def unit_price(amount: Decimal, currency: str) -> str:
    return format_unit_amount(amount, currency, LOCALE)


def units(quantity: Decimal | int) -> str:
    return format_units(Decimal(quantity), LOCALE)


def day(value: date | None) -> str:
    return format_date(value, LOCALE, "medium") if value else NOTHING


def instant(value: datetime | None) -> str:
    """UTC to the minute: ``Dec 1, 2023 00:00``."""
    return f"{format_date(value.date(), LOCALE, 'medium')} {value:%H:%M}" if value else NOTHING


def badge(state: str, label: str = "") -> SafeString:
    colour = STATE_COLOURS.get(state, QUIET)
    return format_html('<span class="mb-badge mb-{}">{}</span>', colour, label or state.replace("_", " "))


def link(row: Model | None, text: str = "") -> SafeString | str:
    if row is None:
        return NOTHING
    return format_html('<a class="mb-link" href="{}">{}</a>', url_of(row), text or str(row))


def url_of(row: Model) -> str:
    before, after = _around_the_id(type(row))
    return f"{before}{row.pk}{after}"


@cache
def _around_the_id(model: type[Model]) -> tuple[str, str]:
    """Once a model, not once a row: a list has a hundred of these links."""
    before, _, after = reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=["id"]
    ).rpartition("id")
    return before, after


def list_url(model: type[Model], **filters: Any) -> str:
    """The list of ``model``, filtered: ``list_url(Invoice, status__exact="draft")``."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{url}?{query}" if query else url
