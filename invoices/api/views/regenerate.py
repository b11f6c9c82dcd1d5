"""Voided invoices made again."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import NotFound
from invoices.api.inputs.adjusted_fee import RegenerateInput
from invoices.queries import invoice_by_id, invoice_details
from invoices.services.adjusted_fee import Changes
from invoices.services.regenerate import preview_regeneration, regenerate_invoice
from invoices.wire.invoice import InvoiceDetailsWire, invoice_details_wire


class RegenerateView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire, takes=RegenerateInput)
    def post(self, request: Request, lago_id: str) -> Response:
        """A new invoice in the place of a voided one."""
        invoice = invoice_by_id(self.organization, lago_id)
        made = regenerate_invoice(invoice=invoice, changes=changes_in(request.data), at=self.at)
        shown = invoice_details(self.organization, made.id)
        return self.answer(invoice=invoice_details_wire(shown, at=self.at))


class RegeneratePreviewView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire, takes=RegenerateInput)
    def post(self, request: Request, lago_id: str) -> Response:
        """The invoice as it would be; nothing is made."""
        invoice = invoice_by_id(self.organization, lago_id)
        with preview_regeneration(invoice=invoice, changes=changes_in(request.data), at=self.at) as shown:
            return self.answer(invoice=invoice_details_wire(shown, at=self.at))


def changes_in(body: Any) -> dict[UUID, Changes]:
    """By the ids of fees."""
    changes: dict[UUID, Changes] = {}
    for given in RegenerateInput.checked(body).get("fees", []):
        fee_id = given.pop("fee_id", None)
        if fee_id is None:
            raise NotFound("fee")
        changes[fee_id] = given
    return changes
