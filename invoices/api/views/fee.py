"""Fees over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.api.filters import FeeFilters
from invoices.queries import fees_for_wire, fees_of
from invoices.wire.fee import FeeWire, fee_wire, fees_wire


class FeesView(OrganizationAPIView):
    @operation("fees", FeeWire, filters=FeeFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(FeeFilters, fees_of(self.organization))
        return self.page("fees", fees_for_wire(found), fees_wire)


class FeeView(OrganizationAPIView):
    @operation("fee", FeeWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return self.answer(fee=fee_wire(find(fees_for_wire(fees_of(self.organization)), "fee", id=lago_id)))
