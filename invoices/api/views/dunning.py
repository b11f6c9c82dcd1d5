"""Dunning campaigns over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.models import Customer
from customers.queries import customers_of
from invoices.api.inputs.dunning import CustomerDunningInput, DunningCampaignInput
from invoices.models import DunningCampaign
from invoices.queries import campaigns_of, dunning_of
from invoices.services.dunning_campaign import (
    create_campaign,
    delete_campaign,
    set_customer_dunning,
    update_campaign,
)
from invoices.wire.dunning import (
    CustomerDunningWire,
    DunningCampaignWire,
    customer_dunning_wire,
    dunning_campaign_wire,
    dunning_campaigns_wire,
)


class CampaignView(OrganizationAPIView):
    def campaign(self, code: str) -> DunningCampaign:
        return find(campaigns_of(self.organization), "dunning_campaign", code=code)


class DunningCampaignsView(CampaignView):
    @operation("dunning_campaigns", DunningCampaignWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("dunning_campaigns", campaigns_of(self.organization), dunning_campaigns_wire)

    @operation("dunning_campaign", DunningCampaignWire, takes=DunningCampaignInput)
    def post(self, request: Request) -> Response:
        given = self.arguments(DunningCampaignInput)
        made = create_campaign(organization=self.organization, at=self.at, **given)
        return self.answer(dunning_campaign=dunning_campaign_wire(self.campaign(made.code)))


class DunningCampaignView(CampaignView):
    @operation("dunning_campaign", DunningCampaignWire)
    def get(self, request: Request, code: str) -> Response:
        return self.answer(dunning_campaign=dunning_campaign_wire(self.campaign(code)))

    @operation("dunning_campaign", DunningCampaignWire, takes=DunningCampaignInput)
    def put(self, request: Request, code: str) -> Response:
        changes = self.arguments(DunningCampaignInput, updating=True)
        update_campaign(campaign=self.campaign(code), at=self.at, **changes)
        return self.answer(dunning_campaign=dunning_campaign_wire(self.campaign(code)))

    @operation("dunning_campaign", DunningCampaignWire)
    def delete(self, request: Request, code: str) -> Response:
        campaign = self.campaign(code)
        shown = dunning_campaign_wire(campaign)
        delete_campaign(campaign=campaign, at=self.at)
        return self.answer(dunning_campaign=shown)


class CustomerDunningView(CampaignView):
    @operation("dunning", CustomerDunningWire)
    def get(self, request: Request, external_customer_id: str) -> Response:
        return self.answer(dunning=customer_dunning_wire(dunning_of(self.customer(external_customer_id))))

    @operation("dunning", CustomerDunningWire, takes=CustomerDunningInput)
    def put(self, request: Request, external_customer_id: str) -> Response:
        """The campaign of one customer instead of the billing entity's; an empty code takes it back."""
        customer = self.customer(external_customer_id)
        given = self.arguments(CustomerDunningInput)
        code = given.pop("dunning_campaign_code", "")
        settings = set_customer_dunning(customer=customer, campaign=self.campaign(code) if code else None, **given)
        return self.answer(dunning=customer_dunning_wire(settings))

    def customer(self, external_id: str) -> Customer:
        return find(customers_of(self.organization), "customer", external_id=external_id)
