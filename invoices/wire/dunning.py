"""Dunning campaigns on the wire: an extension, the reference system has them only in its console."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.models import Customer
from invoices.models import CustomerDunning, DunningCampaign
from invoices.queries import Demand


class DunningThresholdWire(TypedDict):
    currency: str
    amount_cents: int


class DunningCampaignWire(TypedDict):
    lago_id: str
    code: str
    name: str
    description: str | None
    max_attempts: int
    days_between_attempts: int
    bcc_emails: list[str]
    applied_to_organization: bool
    thresholds: list[DunningThresholdWire]
    billing_entity_codes: list[str]
    created_at: str | None


class CustomerDunningWire(TypedDict):
    external_customer_id: str
    dunning_campaign_code: str | None
    exclude_from_dunning_campaign: bool


class FinishedCampaignWire(TypedDict):
    external_customer_id: str
    dunning_campaign_code: str
    overdue_balance_cents: int
    overdue_balance_currency: str


def dunning_campaign_wire(campaign: DunningCampaign) -> DunningCampaignWire:
    """Wants ``queries.campaigns_of``."""
    return {
        "lago_id": str(campaign.id),
        "code": campaign.code,
        "name": campaign.name,
        "description": text(campaign.description),
        "max_attempts": campaign.max_attempts,
        "days_between_attempts": campaign.days_between_attempts,
        "bcc_emails": campaign.bcc_emails,
        "applied_to_organization": campaign.applied_to_organization,
        "thresholds": [
            {"currency": each.currency, "amount_cents": each.amount_cents} for each in campaign.thresholds.all()
        ],
        "billing_entity_codes": sorted(each.billing_entity.code for each in campaign.defaults.all()),
        "created_at": instant(campaign.created_at),
    }


def dunning_campaigns_wire(campaigns: Iterable[DunningCampaign]) -> list[DunningCampaignWire]:
    return [dunning_campaign_wire(campaign) for campaign in campaigns]


def customer_dunning_wire(settings: CustomerDunning) -> CustomerDunningWire:
    return {
        "external_customer_id": settings.customer.external_id,
        "dunning_campaign_code": settings.campaign.code if settings.campaign else None,
        "exclude_from_dunning_campaign": settings.is_excluded,
    }


def finished_campaign_wire(customer: Customer, campaign: DunningCampaign, demand: Demand) -> FinishedCampaignWire:
    """What a webhook tells of a campaign that has asked a customer for the last time."""
    return {
        "external_customer_id": customer.external_id,
        "dunning_campaign_code": campaign.code,
        "overdue_balance_cents": demand.amount_cents,
        "overdue_balance_currency": demand.currency,
    }
