"""Custom sections of invoices over the API: an extension, the reference system has them only in its console."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.api.inputs.custom_section import InvoiceCustomSectionInput
from customers.models import InvoiceCustomSection
from customers.queries import sections_of
from customers.services.custom_section import create_section, delete_section, update_section
from customers.wire.custom_section import InvoiceCustomSectionWire, section_wire, sections_wire


class InvoiceCustomSectionsView(OrganizationAPIView):
    @operation("invoice_custom_sections", InvoiceCustomSectionWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("invoice_custom_sections", sections_of(self.organization), sections_wire)

    @operation("invoice_custom_section", InvoiceCustomSectionWire, takes=InvoiceCustomSectionInput)
    def post(self, request: Request) -> Response:
        given = self.arguments(InvoiceCustomSectionInput)
        section = create_section(organization=self.organization, at=self.at, **given)
        return self.answer(invoice_custom_section=section_wire(section))


class InvoiceCustomSectionView(OrganizationAPIView):
    @operation("invoice_custom_section", InvoiceCustomSectionWire)
    def get(self, request: Request, code: str) -> Response:
        return self.answer(invoice_custom_section=section_wire(self.section(code)))

    @operation("invoice_custom_section", InvoiceCustomSectionWire, takes=InvoiceCustomSectionInput)
    def put(self, request: Request, code: str) -> Response:
        changes = self.arguments(InvoiceCustomSectionInput, updating=True)
        section = update_section(section=self.section(code), at=self.at, **changes)
        return self.answer(invoice_custom_section=section_wire(self.section(section.code)))

    @operation("invoice_custom_section", InvoiceCustomSectionWire)
    def delete(self, request: Request, code: str) -> Response:
        section = self.section(code)
        shown = section_wire(section)
        delete_section(section=section, at=self.at)
        return self.answer(invoice_custom_section=shown)

    def section(self, code: str) -> InvoiceCustomSection:
        return find(sections_of(self.organization), "invoice_custom_section", code=code)
