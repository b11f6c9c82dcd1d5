"""Taxes over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.api.inputs.tax import TaxInput
from customers.models import Tax
from customers.queries import taxes_of
from customers.services.tax import create_tax, delete_tax, update_tax
from customers.wire.tax import TaxWire, tax_wire, taxes_wire


class TaxesView(OrganizationAPIView):
    @operation("taxes", TaxWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("taxes", taxes_of(self.organization), taxes_wire)

    @operation("tax", TaxWire, takes=TaxInput)
    def post(self, request: Request) -> Response:
        tax = create_tax(organization=self.organization, at=self.at, **self.arguments(TaxInput))
        return self.answer(tax=tax_wire(tax))


class TaxView(OrganizationAPIView):
    @operation("tax", TaxWire)
    def get(self, request: Request, code: str) -> Response:
        return self.answer(tax=tax_wire(self.tax(code)))

    @operation("tax", TaxWire, takes=TaxInput)
    def put(self, request: Request, code: str) -> Response:
        tax = update_tax(tax=self.tax(code), at=self.at, **self.arguments(TaxInput, updating=True))
        return self.answer(tax=tax_wire(tax))

    @operation("tax", TaxWire)
    def delete(self, request: Request, code: str) -> Response:
        return self.answer(tax=tax_wire(delete_tax(tax=self.tax(code), at=self.at)))

    def tax(self, code: str) -> Tax:
        return find(taxes_of(self.organization), "tax", code=code)
