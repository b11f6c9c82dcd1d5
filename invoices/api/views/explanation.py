"""Why a fee is what it is, over the API, down to the very events."""

from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.pagination import DEFAULT_PER_PAGE, MOST_PER_PAGE, positive
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.billing.explanation import explain, fee_events, with_subject
from invoices.models import Fee
from invoices.queries import fees_of
from invoices.wire.explanation import ExplanationWire, explanation_wire
from invoices.wire.fee_event import cursor_of, fee_events_csv, fee_events_json, place_of
from usage.wire.event import EventWire

_PARAMETERS = [
    OpenApiParameter("cursor", str, description="``meta.next_cursor`` of the page before."),
    OpenApiParameter("per_page", int, description="100 unless given, at most 1,000."),
    OpenApiParameter("format", str, enum=["csv"], description="All events as CSV instead."),
]


class ExplainedFeeView(OrganizationAPIView):
    def fee(self, lago_id: str) -> Fee:
        return find(with_subject(fees_of(self.organization)), "fee", id=lago_id)


class ExplanationView(ExplainedFeeView):
    @operation("explanation", ExplanationWire)
    def get(self, request: Request, lago_id: str) -> Response:
        fee = self.fee(lago_id)
        return self.answer(explanation=explanation_wire(fee, explain(fee)))


class FeeEventsView(ExplainedFeeView):
    @extend_schema(parameters=_PARAMETERS)
    @operation("events", EventWire, listed=True)
    def get(self, request: Request, lago_id: str) -> HttpResponse | StreamingHttpResponse:
        """In order of time, with ``counted``, the ``reason`` why not, and the ``units`` of each."""
        fee, parameters = self.fee(lago_id), request.query_params
        if parameters.get("format") == "csv":
            return csv_answer(fee)
        per_page = positive(parameters.get("per_page"), DEFAULT_PER_PAGE, MOST_PER_PAGE)
        found = list(islice(fee_events(fee, place_of(parameters.get("cursor", ""))), per_page + 1))
        next_cursor = cursor_of(found[per_page - 1]) if len(found) > per_page else None
        body = fee_events_json(found[:per_page], next_cursor=next_cursor)
        return HttpResponse(body, content_type="application/json")


def csv_answer(fee: Fee) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        fee_events_csv(fee_events(fee)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="events-of-fee-{fee.id}.csv"'},
    )
