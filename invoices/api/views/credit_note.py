"""Credit notes over the API."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.metadata import Change, Metadata, MetadataKeyView, MetadataView
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from billing_site.kernel.key_values import KeyValues
from customers.queries import customers_of
from invoices.api.filters import CreditNoteFilters
from invoices.api.inputs.credit_note import CreditNoteEstimateInput, CreditNoteInput, CreditNoteUpdateInput
from invoices.billing.credit_notes.requested import estimated
from invoices.queries import credit_note_by_id, credit_notes_for_wire, credit_notes_of, invoice_by_id
from invoices.services.credit_note import (
    change_credit_note_metadata,
    create_credit_note,
    update_credit_note,
    void_credit_note,
)
from invoices.services.document import make_credit_note_document
from invoices.wire.credit_note import CreditNoteWire, credit_note_wire, credit_notes_wire
from invoices.wire.credit_note_estimate import CreditNoteEstimateWire, credit_note_estimate_wire


class CreditNotesView(OrganizationAPIView):
    @operation("credit_notes", CreditNoteWire, filters=CreditNoteFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(CreditNoteFilters, credit_notes_of(self.organization))
        return self.page("credit_notes", credit_notes_for_wire(found), credit_notes_wire)

    @operation("credit_note", CreditNoteWire, takes=CreditNoteInput)
    def post(self, request: Request) -> Response:
        given = self.arguments(CreditNoteInput)
        invoice = invoice_by_id(self.organization, given.pop("invoice_id", ""))
        return answer(self, create_credit_note(invoice=invoice, at=self.at, **given).id)


class CustomerCreditNotesView(OrganizationAPIView):
    @operation("credit_notes", CreditNoteWire, filters=CreditNoteFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(CreditNoteFilters, credit_notes_of(self.organization).filter(customer=customer))
        return self.page("credit_notes", credit_notes_for_wire(found), credit_notes_wire)


class EstimateView(OrganizationAPIView):
    @operation("estimated_credit_note", CreditNoteEstimateWire, takes=CreditNoteEstimateInput)
    def post(self, request: Request) -> Response:
        given = self.arguments(CreditNoteEstimateInput)
        invoice = invoice_by_id(self.organization, given.get("invoice_id", ""))
        estimate = estimated(invoice, given["items"])
        return self.answer(estimated_credit_note=credit_note_estimate_wire(estimate))


class CreditNoteView(OrganizationAPIView):
    @operation("credit_note", CreditNoteWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return answer(self, credit_note_by_id(self.organization, lago_id).id)

    @operation("credit_note", CreditNoteWire, takes=CreditNoteUpdateInput)
    def put(self, request: Request, lago_id: str) -> Response:
        note = credit_note_by_id(self.organization, lago_id)
        changes = self.arguments(CreditNoteUpdateInput, updating=True)
        return answer(self, update_credit_note(credit_note=note, at=self.at, **changes).id)


class VoidView(OrganizationAPIView):
    @operation("credit_note", CreditNoteWire)
    def put(self, request: Request, lago_id: str) -> Response:
        note = credit_note_by_id(self.organization, lago_id)
        return answer(self, void_credit_note(credit_note=note, at=self.at).id)


class DownloadView(OrganizationAPIView):
    @operation("credit_note", CreditNoteWire)
    def post(self, request: Request, lago_id: str) -> Response:
        """The credit note with its ``file_url``; the PDF is drawn when that is opened."""
        note = credit_note_by_id(self.organization, lago_id)
        make_credit_note_document(credit_note=note, at=self.at)
        return answer(self, note.id)


class OfCreditNote(Metadata):
    def changed(self, change: Change) -> KeyValues:
        note = credit_note_by_id(self.organization, self.kwargs["lago_id"])
        return change_credit_note_metadata(credit_note=note, at=self.at, change=change).metadata


class CreditNoteMetadataView(OfCreditNote, MetadataView):
    pass


class CreditNoteMetadataKeyView(OfCreditNote, MetadataKeyView):
    pass


def answer(view: OrganizationAPIView, note_id: UUID) -> Response:
    shown = credit_notes_for_wire(credit_notes_of(view.organization)).get(id=note_id)
    return view.answer(credit_note=credit_note_wire(shown))
