"""Events in the console: a page of its own, for their table has more rows than anything can count."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from billing_site.kernel.admin.display import instant
from billing_site.kernel.admin.forms import CommandForm, InstantField
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from usage.models import from_microseconds
from usage.queries import EventFilter, event_page

PER_PAGE = 50
DEEPEST_PAGE = 200


class EventSearchForm(CommandForm):
    external_subscription_id = forms.CharField(label="Subscription", required=False)
    code = forms.CharField(label="Metric code", required=False)
    timestamp_from = InstantField(label="From", required=False, help_text="")
    timestamp_to = InstantField(label="To", required=False, help_text="")

    def wanted(self) -> EventFilter:
        """Minutes are picked, so the last one is meant as a whole."""
        given = {name: value or None for name, value in self.cleaned_data.items()}
        until = given.pop("timestamp_to", None)
        if until is not None:
            until += timedelta(minutes=1, microseconds=-1)
        return EventFilter(**given, timestamp_to=until)


@page("usage/events/", name="events", permission="usage.view_usageevent")
def events(request: HttpRequest) -> HttpResponse:
    form = EventSearchForm(request.GET)
    number = _page_number(request)
    organization = organization_of(request)
    found = None
    if form.is_valid() and organization is not None:
        found = event_page(organization.pk, form.wanted(), offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    context = {
        "form": form,
        "table": _table(found.events if found else []),
        "previous_url": _url(request, number - 1) if number > 1 else "",
        "next_url": _url(request, number + 1) if found and found.has_more and number < DEEPEST_PAGE else "",
    }
    return TemplateResponse(request, "admin/events.html", frame(request, "Events", **context))


def _table(found: Any) -> Table:
    return Table(
        columns=("Time (UTC)", "Subscription", "Metric", "Properties", "Transaction"),
        rows=[
            (
                f"{from_microseconds(event.timestamp):%Y-%m-%d %H:%M:%S}",
                event.external_subscription_id,
                event.code,
                format_html('<code class="mb-mono mb-wrap">{}</code>', event.properties),
                format_html(
                    '<span class="mb-mono mb-wrap" title="received {}">{}</span>',
                    instant(event.created_at),
                    event.transaction_id,
                ),
            )
            for event in found
        ],
        empty="No events here. Applications send them to POST /api/v1/events; nothing needs to exist before.",
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(int(given), 1), DEEPEST_PAGE) if given.isdecimal() and len(given) < 6 else 1


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
