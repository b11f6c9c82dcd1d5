"""Units, unit prices and names that are set by hand on fees of drafts."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.api.inputs.adjusted_fee import AdjustedFeeInput
from invoices.billing.fee_key import FeeKey
from invoices.models import Fee, Invoice
from invoices.queries import adjusted_fees_of, fees_for_wire, invoice_by_id
from invoices.services.adjusted_fee import adjust_fee, key_of_target, preview_adjustment, remove_adjustment
from invoices.wire.adjusted_fee import AdjustedFeeWire, adjusted_fee_wire, adjusted_fees_wire
from invoices.wire.fee import FeeWire, fee_wire
from invoices.wire.invoice import InvoiceDetailsWire, invoice_details_wire

CHANGES = ("units", "unit_precise_amount", "invoice_display_name")


class AdjustedFeesView(OrganizationAPIView):
    @operation("adjusted_fees", AdjustedFeeWire, listed=True)
    def get(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        return self.page("adjusted_fees", adjusted_fees_of(invoice), adjusted_fees_wire)

    @operation("fee", FeeWire, takes=AdjustedFeeInput)
    def post(self, request: Request, lago_id: str) -> Response:
        """The fee as it is now, under a new id, as all fees of the draft."""
        invoice, key, changes = asked(self, lago_id)
        fee = adjust_fee(invoice=invoice, key=key, at=self.at, **changes)
        return self.answer(fee=fee_wire(fees_for_wire(Fee.objects.filter(id=fee.id)).get()))


class AdjustedFeesPreviewView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire, takes=AdjustedFeeInput)
    def post(self, request: Request, lago_id: str) -> Response:
        """The draft as it would be; nothing is changed."""
        invoice, key, changes = asked(self, lago_id)
        with preview_adjustment(invoice=invoice, key=key, at=self.at, **changes) as shown:
            return self.answer(invoice=invoice_details_wire(shown, at=self.at))


class AdjustedFeeView(OrganizationAPIView):
    @operation("adjusted_fee", AdjustedFeeWire)
    def delete(self, request: Request, lago_id: str, adjusted_fee_id: str) -> Response:
        """The fee is computed again; what was set on it."""
        invoice = invoice_by_id(self.organization, lago_id)
        found = find(adjusted_fees_of(invoice), "adjusted_fee", id=adjusted_fee_id)
        remove_adjustment(adjusted_fee=found, at=self.at)
        return self.answer(adjusted_fee=adjusted_fee_wire(found))


def asked(view: OrganizationAPIView, lago_id: str) -> tuple[Invoice, FeeKey, dict[str, Any]]:
    """The invoice, the fee that is meant, and what is set on it."""
    target: Any = view.arguments(AdjustedFeeInput)
    changes = {name: target.pop(name) for name in CHANGES if name in target}
    invoice = invoice_by_id(view.organization, lago_id)
    return invoice, key_of_target(invoice, target), changes
