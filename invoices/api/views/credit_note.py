"""Credit notes over the API."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from invoices.api.filters import CreditNoteFilters
from invoices.queries import credit_note_by_id, credit_notes_for_wire, credit_notes_of
from invoices.wire.credit_note import CreditNoteWire, credit_note_wire, credit_notes_wire


class CreditNotesView(OrganizationAPIView):
    @operation("credit_notes", CreditNoteWire, filters=CreditNoteFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(CreditNoteFilters, credit_notes_of(self.organization))
        return self.page("credit_notes", credit_notes_for_wire(found), credit_notes_wire)


class CustomerCreditNotesView(OrganizationAPIView):
    @operation("credit_notes", CreditNoteWire, filters=CreditNoteFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(CreditNoteFilters, credit_notes_of(self.organization).filter(customer=customer))
        return self.page("credit_notes", credit_notes_for_wire(found), credit_notes_wire)


class CreditNoteView(OrganizationAPIView):
    @operation("credit_note", CreditNoteWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return answer(self, credit_note_by_id(self.organization, lago_id).id)


def answer(view: OrganizationAPIView, note_id: UUID) -> Response:
    shown = credit_notes_for_wire(credit_notes_of(view.organization)).get(id=note_id)
    return view.answer(credit_note=credit_note_wire(shown))
