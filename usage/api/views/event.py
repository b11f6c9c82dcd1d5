"""Events over the API. Bodies go to ingest as bytes, and answers come from it as bytes."""

from typing import IO, Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from billing_site.kernel.api.fields import storable
from billing_site.kernel.api.pagination import DEFAULT_PER_PAGE, LAST_PAGE, MOST_PER_PAGE, Page, positive
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import NotFound
from usage.api.inputs.event import EVENT_BATCH, EventInput, EventListInput
from usage.queries import EventFilter, event_by_transaction_id, event_page
from usage.services.event import ingest_batch, ingest_event
from usage.wire.event import EventWire, event_json, event_object, events_json, received


class BytesParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream.read()


class EventsView(OrganizationAPIView):
    parser_classes = [BytesParser]

    @extend_schema(parameters=[EventListInput])
    @operation("events", EventWire, listed=True)
    def get(self, request: Request) -> HttpResponse:
        number = positive(request.query_params.get("page"), 1, LAST_PAGE)
        per_page = positive(request.query_params.get("per_page"), DEFAULT_PER_PAGE, MOST_PER_PAGE)
        wanted = EventListInput.checked(request.query_params.dict())
        given = {name: value for name, value in wanted.items() if value != ""}
        found = event_page(self.organization.id, EventFilter(**given), offset=(number - 1) * per_page, limit=per_page)
        page: Page[Any] = Page(found.events, number, per_page, found.total_count, found.has_more)
        return json_answer(events_json([event_object(event) for event in found.events], page.meta()))

    @operation("event", EventWire, takes=EventInput)
    def post(self, request: Request) -> HttpResponse:
        event = ingest_event(organization=self.organization, body=self.body(), at=self.at)
        return json_answer(event_json(received([event], self.organization.id, self.at)[0]))

    def body(self) -> bytes:
        given = self.request.data
        return given if isinstance(given, bytes) else b""


class EventBatchView(EventsView):
    http_method_names = ["post", "options"]

    @extend_schema(request=EVENT_BATCH)
    @operation("events", EventWire)
    def post(self, request: Request) -> HttpResponse:
        events = ingest_batch(organization=self.organization, body=self.body(), at=self.at)
        return json_answer(events_json(received(events, self.organization.id, self.at)))


class EventView(OrganizationAPIView):
    @operation("event", EventWire)
    def get(self, request: Request, transaction_id: str) -> HttpResponse:
        event = event_by_transaction_id(self.organization.id, transaction_id) if storable(transaction_id) else None
        if event is None:
            raise NotFound("event")
        return json_answer(event_json(event_object(event)))


def json_answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")
