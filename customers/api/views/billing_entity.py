"""Billing entities over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.api.inputs.billing_entity import BillingEntityInput
from customers.models import BillingEntity
from customers.queries import billing_entities_of
from customers.services.billing_entity import create_billing_entity, update_billing_entity
from customers.wire.billing_entity import BillingEntityWire, billing_entities_wire, billing_entity_wire


class BillingEntitiesView(OrganizationAPIView):
    @operation("billing_entities", BillingEntityWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("billing_entities", billing_entities_of(self.organization), billing_entities_wire)

    @operation("billing_entity", BillingEntityWire, takes=BillingEntityInput)
    def post(self, request: Request) -> Response:
        values = self.arguments(BillingEntityInput)
        entity = create_billing_entity(organization=self.organization, at=self.at, **values)
        return self.answer(billing_entity=billing_entity_wire(entity))


class BillingEntityView(OrganizationAPIView):
    @operation("billing_entity", BillingEntityWire)
    def get(self, request: Request, code: str) -> Response:
        return self.answer(billing_entity=billing_entity_wire(self.entity(code)))

    @operation("billing_entity", BillingEntityWire, takes=BillingEntityInput)
    def put(self, request: Request, code: str) -> Response:
        values = self.arguments(BillingEntityInput, updating=True)
        entity = update_billing_entity(billing_entity=self.entity(code), at=self.at, **values)
        return self.answer(billing_entity=billing_entity_wire(entity))

    def entity(self, code: str) -> BillingEntity:
        return find(billing_entities_of(self.organization), "billing_entity", code=code)
