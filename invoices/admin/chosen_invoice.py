"""The invoice that a page beside its own is about."""

from uuid import UUID

from django.http import Http404, HttpRequest

from billing_site.kernel.admin.scope import organization_of
from invoices.models import Invoice
from invoices.queries import invoices_of


def invoice_or_404(request: HttpRequest, invoice_id: UUID) -> Invoice:
    organization = organization_of(request)
    invoice = invoices_of(organization).filter(id=invoice_id).first() if organization else None
    if invoice is None:
        raise Http404("No invoice with this ID in the chosen organization.")
    return invoice
