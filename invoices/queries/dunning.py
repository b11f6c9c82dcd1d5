"""Dunning campaigns, and which customers it is time to ask."""

from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from customers.models import Customer, Organization
from invoices.models import CustomerDunning, DunningCampaign

# Who owes enough to be asked, by which campaign: the customer's, else the billing entity's, else the organization's.
# The sums come from the partial index over overdue invoices. What another campaign asked before does not count.
_DEMANDS = """
    WITH overdue AS (
        SELECT customer_id, currency,
            sum(total_amount_cents - total_paid_amount_cents - offset_amount_cents)::bigint AS amount_cents
        FROM invoices_invoice
        WHERE organization_id = %(organization)s AND payment_overdue
            AND (%(customers)s::uuid[] IS NULL OR customer_id = ANY(%(customers)s))
        GROUP BY customer_id, currency
    ), demand AS (
        SELECT overdue.customer_id, overdue.currency, overdue.amount_cents, campaign.id AS campaign_id,
            campaign.max_attempts, coalesce(progress.attempts, 0) AS attempts,
            progress.last_attempt_at + campaign.days_between_attempts * interval '24 hours' AS next_at
        FROM overdue
        JOIN customers_customer AS customer
            ON customer.id = overdue.customer_id AND customer.deleted_at IS NULL AND customer.email <> ''
        LEFT JOIN invoices_customerdunning AS own ON own.customer_id = customer.id
        LEFT JOIN invoices_dunningdefault AS of_entity ON of_entity.billing_entity_id = customer.billing_entity_id
        LEFT JOIN invoices_dunningcampaign AS of_all
            ON of_all.organization_id = customer.organization_id
            AND of_all.applied_to_organization AND of_all.deleted_at IS NULL
        JOIN invoices_dunningcampaign AS campaign
            ON campaign.id = coalesce(own.campaign_id, of_entity.campaign_id, of_all.id)
        JOIN invoices_dunningthreshold AS threshold
            ON threshold.campaign_id = campaign.id AND threshold.currency = overdue.currency
            AND threshold.amount_cents <= overdue.amount_cents
        LEFT JOIN invoices_dunningprogress AS progress
            ON progress.customer_id = customer.id AND progress.currency = overdue.currency
            AND progress.campaign_id = campaign.id
        WHERE own.is_excluded IS NOT TRUE AND coalesce(progress.attempts, 0) < campaign.max_attempts
    )
"""
_IS_DUE = "WHERE next_at IS NULL OR next_at <= %(at)s"
_CUSTOMERS = f"SELECT DISTINCT customer_id FROM demand {_IS_DUE} ORDER BY customer_id"
_DUE = f"""
    SELECT customer_id, currency, campaign_id, attempts, max_attempts, amount_cents FROM demand {_IS_DUE}
    ORDER BY customer_id, currency
"""
_NEXT_AT = "SELECT min(next_at) FROM demand WHERE next_at > %(after)s"


class Demand(NamedTuple):
    """A customer to be asked; ``amount_cents`` is all that is overdue in the currency (3-P7)."""

    customer_id: UUID
    currency: str
    campaign_id: UUID
    attempts: int
    max_attempts: int
    amount_cents: int


def campaigns_of(organization: Organization) -> QuerySet[DunningCampaign]:
    """Newest first, with all that the wire shows."""
    living = DunningCampaign.objects.filter(organization=organization, deleted_at__isnull=True)
    return living.prefetch_related("thresholds", "defaults__billing_entity").order_by("-created_at", "-id")


def dunning_of(customer: Customer) -> CustomerDunning:
    """What is different for the customer, not stored where nothing is."""
    found = CustomerDunning.objects.filter(customer=customer).select_related("campaign", "customer").first()
    return found or CustomerDunning(customer=customer)


def customers_to_ask(organization: Organization, *, at: datetime) -> list[UUID]:
    """Whose next attempt is due, in the order of their ids. One pass over what is overdue, none without a campaign."""
    if not campaigns_of(organization).exists():
        return []
    return [customer_id for (customer_id,) in _rows(_CUSTOMERS, organization, at=at)]


def demands_of(customer_ids: list[UUID], organization: Organization, *, at: datetime) -> list[Demand]:
    """What these customers are to be asked for, in the order of their ids."""
    return [Demand(*row) for row in _rows(_DUE, organization, at=at, customers=customer_ids)]


def next_demand_at(organization: Organization, *, after: datetime) -> datetime | None:
    """When, strictly after ``after``, somebody who was asked before is asked again."""
    ((instant,),) = _rows(_NEXT_AT, organization, after=after)
    return cast(datetime | None, instant)


def _rows(statement: str, organization: Organization, **wanted: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_DEMANDS + statement, {"organization": organization.id, "customers": None, **wanted})
        return cast(list[tuple[Any, ...]], cursor.fetchall())
