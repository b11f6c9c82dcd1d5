"""Ask for what is overdue, as campaigns say, until it is paid or a campaign has asked often enough."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from customers.models import Customer, Organization
from invoices.billing.bill import lock_customers
from invoices.models import DunningCampaign, DunningProgress, Invoice
from invoices.queries import Demand, customers_to_ask, demands_of
from invoices.services.announcements import tell_of_finished_campaigns
from invoices.services.payment_request import NewRequest, being_paid, record_requests

BATCH = 200
Owed = Mapping[tuple[UUID, str], list[Invoice]]


def work_on_dunning(*, organization: Organization, at: datetime) -> int:
    """Ask all customers whose next attempt is due, a transaction for each batch; returns how many requests were made.

    Customers are locked before their attempts are counted, so of two calls at once the second finds nobody to ask.
    """
    due = customers_to_ask(organization, at=at)
    batches = (due[start : start + BATCH] for start in range(0, len(due), BATCH))
    return sum(_ask(organization, batch, at) for batch in batches)


def forget_attempts(*, invoices: Sequence[Invoice]) -> None:
    """What was overdue is not any more: the campaign begins anew with what else is, or will be (3-P6)."""
    touched = Q(pk__in=[])
    for customer_id, currency in {(invoice.customer_id, invoice.currency) for invoice in invoices}:
        touched |= Q(customer_id=customer_id, currency=currency)
    DunningProgress.objects.filter(touched).delete()


@transaction.atomic
def _ask(organization: Organization, customer_ids: Sequence[UUID], at: datetime) -> int:
    locked = lock_customers(customer_ids)
    demands = demands_of(locked, organization, at=at)
    owed = _overdue(demands)
    ready = [demand for demand in demands if owed[demand.customer_id, demand.currency]]
    _request(organization, ready, owed, at)
    _count(ready, at)
    finished = [demand for demand in ready if demand.attempts + 1 >= demand.max_attempts]
    tell_of_finished_campaigns(finished, organization_id=organization.id, at=at)
    return len(ready)


def _overdue(demands: Sequence[Demand]) -> Owed:
    """The invoices to ask for, by customer and currency; of who is just paying some of them, none."""
    customers = {demand.customer_id for demand in demands}
    overdue = Invoice.objects.filter(customer_id__in=customers, payment_overdue=True).order_by("payment_due_date", "id")
    found = list(overdue.select_related("customer"))
    paying = being_paid(found)
    groups: dict[tuple[UUID, str], list[Invoice]] = defaultdict(list)
    for invoice in found:
        groups[invoice.customer_id, invoice.currency].append(invoice)
    return defaultdict(
        list, {key: _of_one_issuer(group) for key, group in groups.items() if not paying & {each.id for each in group}}
    )


def _of_one_issuer(invoices: Sequence[Invoice]) -> list[Invoice]:
    """A request is in one issuer's name (3-P7): the customer's own, else that of what is longest overdue."""
    issuers = [invoice.billing_entity_id for invoice in invoices]
    own = invoices[0].customer.billing_entity_id
    issuer = own if own in issuers else issuers[0]
    return [each for each in invoices if each.billing_entity_id == issuer and each.total_due_amount_cents]


def _request(organization: Organization, demands: Sequence[Demand], owed: Owed, at: datetime) -> None:
    campaigns = DunningCampaign.objects.in_bulk({demand.campaign_id for demand in demands})
    record_requests(
        organization,
        [_new_request(owed[demand.customer_id, demand.currency], campaigns[demand.campaign_id]) for demand in demands],
        at=at,
    )


def _new_request(invoices: Sequence[Invoice], campaign: DunningCampaign) -> NewRequest:
    customer: Customer = invoices[0].customer
    return NewRequest(customer, customer.email, invoices, campaign)


def _count(demands: Sequence[Demand], at: datetime) -> None:
    DunningProgress.objects.bulk_create(
        [
            DunningProgress(
                customer_id=demand.customer_id,
                currency=demand.currency,
                campaign_id=demand.campaign_id,
                attempts=demand.attempts + 1,
                last_attempt_at=at,
            )
            for demand in demands
        ],
        update_conflicts=True,
        unique_fields=["customer", "currency"],
        update_fields=["campaign", "attempts", "last_attempt_at"],
    )
