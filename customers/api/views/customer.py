"""Customers over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.api.filters import CustomerFilters
from customers.api.inputs.customer import CustomerInput
from customers.models import Customer
from customers.portal_link import portal_url
from customers.queries import customers_of
from customers.services.customer import create_or_update_customer, delete_customer
from customers.wire.customer import CustomerWire, customer_wire, customers_wire
from customers.wire.vat_evidence import VatEvidenceWire, vat_evidence_wire


class CustomersView(OrganizationAPIView):
    @operation("customers", CustomerWire, filters=CustomerFilters, listed=True)
    def get(self, request: Request) -> Response:
        rows = self.filtered(CustomerFilters, customers_of(self.organization))
        return self.page("customers", rows, customers_wire)

    @operation("customer", CustomerWire, takes=CustomerInput)
    def post(self, request: Request) -> Response:
        """Create the customer of this external id, or update it; absent keys stay as they are."""
        values = self.arguments(CustomerInput, updating=True)
        customer = create_or_update_customer(organization=self.organization, at=self.at, **values)
        return self.answer(customer=customer_wire(customer))


class OneCustomerView(OrganizationAPIView):
    """Whatever is below one customer."""

    def customer(self, external_id: str) -> Customer:
        return find(customers_of(self.organization), "customer", external_id=external_id)


class CustomerView(OneCustomerView):
    @operation("customer", CustomerWire)
    def get(self, request: Request, external_id: str) -> Response:
        return self.answer(customer=customer_wire(self.customer(external_id)))

    @operation("customer", CustomerWire)
    def delete(self, request: Request, external_id: str) -> Response:
        customer = delete_customer(customer=self.customer(external_id), at=self.at)
        return self.answer(customer=customer_wire(customer))


class VatEvidenceView(OneCustomerView):
    @operation("vat_evidence", VatEvidenceWire)
    def get(self, request: Request, external_id: str) -> Response:
        """Why the EU's rules chose the customer's tax; null where they did not."""
        return self.answer(vat_evidence=vat_evidence_wire(self.customer(external_id).vat_evidence))


class PortalUrlView(OneCustomerView):
    @operation("customer")
    def get(self, request: Request, external_id: str) -> Response:
        """A link that opens the customer's portal for twelve hours."""
        return self.answer(customer={"portal_url": portal_url(self.customer(external_id))})
