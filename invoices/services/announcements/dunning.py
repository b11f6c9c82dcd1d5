"""Dunning campaigns."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.models import Customer
from customers.webhooks import announce
from invoices.models import DunningCampaign
from invoices.queries import Demand
from invoices.wire.dunning import FinishedCampaignWire, finished_campaign_wire


def tell_of_finished_campaigns(demands: Sequence[Demand], *, organization_id: UUID, at: datetime) -> None:
    """Of each customer whom a campaign has asked for the last time."""
    if demands:
        announce("dunning_campaign.finished", lambda: _finished(demands), organization_id=organization_id, at=at)


def _finished(demands: Sequence[Demand]) -> list[FinishedCampaignWire]:
    customers = Customer.objects.in_bulk({demand.customer_id for demand in demands})
    campaigns = DunningCampaign.objects.in_bulk({demand.campaign_id for demand in demands})
    return [
        finished_campaign_wire(customers[demand.customer_id], campaigns[demand.campaign_id], demand)
        for demand in demands
    ]
