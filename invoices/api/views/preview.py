"""Previews of invoices over the API."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import BadRequest
from invoices.api.inputs.preview import PreviewInput
from invoices.services.preview import preview
from invoices.wire.invoice import InvoiceDetailsWire, invoice_details_wire

# Of the objects that the body is made of.
DEPTH = 3


class PreviewView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire, takes=PreviewInput)
    def post(self, request: Request) -> Response:
        supposed = supposed_in(request.data)
        with preview(organization=self.organization, at=self.at, **supposed) as invoice:
            return self.answer(invoice=invoice_details_wire(invoice, at=self.at))


def supposed_in(body: Any) -> dict[str, Any]:
    """The published clients send every key; null means absent here, and not "cleared"."""
    if not isinstance(body, Mapping) or PreviewInput().fields.keys().isdisjoint(body):
        raise BadRequest.missing_root("customer")
    return PreviewInput.checked(_without_nulls(body, levels=DEPTH), updating=True)


def _without_nulls(given: Any, *, levels: int) -> Any:
    if levels and isinstance(given, Mapping):
        return {name: _without_nulls(value, levels=levels - 1) for name, value in given.items() if value is not None}
    if levels and isinstance(given, list):
        return [_without_nulls(each, levels=levels - 1) for each in given]
    return given
