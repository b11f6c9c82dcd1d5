"""Fees over the API."""

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.api.filters import FeeFilters
from invoices.api.inputs.fee import FeeInput
from invoices.models import Fee
from invoices.queries import fees_for_wire, fees_of
from invoices.services.fee import delete_fee, update_fee
from invoices.wire.fee import FeeWire, fee_wire, fees_wire


class FeesView(OrganizationAPIView):
    @operation("fees", FeeWire, filters=FeeFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(FeeFilters, fees_of(self.organization))
        return self.page("fees", fees_for_wire(found), fees_wire)


class FeeView(OrganizationAPIView):
    @operation("fee", FeeWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return self.answer(fee=fee_wire(self.fee(lago_id)))

    @operation("fee", FeeWire, takes=FeeInput)
    def put(self, request: Request, lago_id: str) -> Response:
        fee = self.fee(lago_id)
        update_fee(fee=fee, at=self.at, **self.arguments(FeeInput))
        return self.answer(fee=fee_wire(self.fee(lago_id)))

    @operation("fee", FeeWire)
    def delete(self, request: Request, lago_id: str) -> Response:
        fee = self.fee(lago_id)
        shown = fee_wire(fee)
        delete_fee(fee=fee)
        return self.answer(fee=shown)

    def fee(self, lago_id: str) -> Fee:
        own: QuerySet[Fee] = fees_for_wire(fees_of(self.organization))
        return find(own, "fee", id=lago_id)
