"""The caller's organization over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from customers.api.inputs.billing_entity import OrganizationInput
from customers.models import Organization
from customers.queries import default_billing_entity
from customers.services.organization import update_organization
from customers.wire.organization import OrganizationWire, organization_wire


class OrganizationView(OrganizationAPIView):
    @operation("organization", OrganizationWire)
    def get(self, request: Request) -> Response:
        return self.shown(self.organization)

    @operation("organization", OrganizationWire, takes=OrganizationInput)
    def put(self, request: Request) -> Response:
        values = self.arguments(OrganizationInput, updating=True)
        return self.shown(update_organization(organization=self.organization, at=self.at, **values))

    def shown(self, organization: Organization) -> Response:
        return self.answer(organization=organization_wire(organization, default_billing_entity(organization)))
