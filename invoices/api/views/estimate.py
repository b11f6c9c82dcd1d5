"""What events would cost, over the API. Bodies are read like those of events, so that no digit is lost."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from invoices.services.estimates import batch_estimate_instant_fees, estimate_fees, estimate_instant_fees
from invoices.wire.estimate import estimated_fees_wire, instant_fees_wire
from invoices.wire.fee import FeeWire
from usage.api.inputs.event import EVENT_BATCH, EventInput
from usage.api.views.event import BytesParser


class EstimateView(OrganizationAPIView):
    parser_classes = [BytesParser]

    def body(self) -> bytes:
        given = self.request.data
        return given if isinstance(given, bytes) else b""


class EstimateFeesView(EstimateView):
    @operation("fees", FeeWire, takes=EventInput)
    def post(self, request: Request) -> Response:
        fees = estimate_fees(organization=self.organization, body=self.body(), at=self.at)
        return self.answer(fees=estimated_fees_wire(fees))


class EstimateInstantFeesView(EstimateView):
    @operation("fees", FeeWire, takes=EventInput)
    def post(self, request: Request) -> Response:
        fees = estimate_instant_fees(organization=self.organization, body=self.body(), at=self.at)
        return self.answer(fees=instant_fees_wire(fees))


class BatchEstimateInstantFeesView(EstimateView):
    @extend_schema(request=EVENT_BATCH)
    @operation("fees", FeeWire)
    def post(self, request: Request) -> Response:
        fees = batch_estimate_instant_fees(organization=self.organization, body=self.body(), at=self.at)
        return self.answer(fees=instant_fees_wire(fees))
