"""Why this amount? A fee's calculation, and the way down to the very events."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from billing_site.kernel.admin.display import link
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.scope import organization_of
from invoices.admin import explanation_tables as tables
from invoices.billing.explanation import explain, fee_events, with_subject
from invoices.models import Fee
from invoices.queries import fees_of
from invoices.wire.fee_event import cursor_of, fee_events_csv, place_of

PER_PAGE = 50


@page("invoices/fees/<uuid:fee_id>/why/", name="why", permission="invoices.view_fee")
def why(request: HttpRequest, fee_id: UUID) -> HttpResponse:
    fee = _fee(request, fee_id)
    context = {**_calculation(fee), **_events(request, fee)}
    return TemplateResponse(
        request, "admin/why.html", frame(request, f"Why this amount? {fee.display_name}", **context)
    )


@page("invoices/fees/<uuid:fee_id>/events.csv", name="why_events", permission="usage.view_usageevent")
def events_csv(request: HttpRequest, fee_id: UUID) -> StreamingHttpResponse:
    fee = _fee(request, fee_id)
    name = f"events-of-fee-{fee.id}.csv"
    return StreamingHttpResponse(
        fee_events_csv(fee_events(fee)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def why_url(fee: Fee) -> str:
    return reverse("admin:why", args=[fee.pk])


def _fee(request: HttpRequest, fee_id: UUID) -> Fee:
    organization = organization_of(request)
    fee = with_subject(fees_of(organization)).filter(id=fee_id).first() if organization else None
    if fee is None:
        raise Http404("No fee with this ID in the chosen organization.")
    return fee


def _calculation(fee: Fee) -> dict[str, Any]:
    explanation = explain(fee)
    sentence, tone = tables.verdict(fee, explanation)
    counted, trail = explanation.counted, explanation.units
    timezone = fee.invoice.timezone if fee.invoice else fee.customer.applicable_timezone
    return {
        "sentence": sentence,
        "tone": tone,
        "facts": [("Invoice", link(fee.invoice)), ("Customer", link(fee.customer))],
        "counted": tables.counted_facts(counted, timezone) if counted else [],
        "units": tables.units_facts(trail) if trail else [],
        "days": tables.days_table(trail) if trail and trail.by_days else None,
        "steps": tables.lines_table(explanation),
        "sums": tables.sums(fee, explanation),
    }


def _events(request: HttpRequest, fee: Fee) -> dict[str, Any]:
    if not request.user.has_perm("usage.view_usageevent"):
        return {}
    found = list(islice(fee_events(fee, place_of(request.GET.get("after", ""))), PER_PAGE + 1))
    shown = found[:PER_PAGE]
    return {
        "events": tables.events_table(shown),
        "first_url": "?" if request.GET.get("after") else "",
        "next_url": f"?after={cursor_of(shown[-1])}#events" if len(found) > PER_PAGE else "",
        "csv_url": reverse("admin:why_events", args=[fee.pk]) if shown else "",
    }
