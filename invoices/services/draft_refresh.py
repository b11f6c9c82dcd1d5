"""Drafts follow what they are computed from (I6): flagged when that changes, computed again by the next due work.

A sandbox does not wait: it refreshes before the call that changed something answers.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.finalize import BATCH, locked_drafts
from invoices.billing.isolation import by_halves
from invoices.billing.late_usage import flag_drafts_of_late_usage
from invoices.billing.redraft import redraft
from invoices.billing.run import set_aside
from invoices.models import Invoice, InvoiceStatus
from usage.rollup import roll


class Scope(StrEnum):
    """Whose drafts; ``key`` is an id of it."""

    ORGANIZATION = "organization"
    BILLING_ENTITY = "billing_entity"
    CUSTOMER = "customer"
    PLAN = "plan"


_OF: dict[Scope, Callable[[UUID], Q]] = {
    Scope.ORGANIZATION: lambda key: Q(organization=key),
    Scope.BILLING_ENTITY: lambda key: Q(billing_entity=key),
    Scope.CUSTOMER: lambda key: Q(customer=key),
    Scope.PLAN: lambda key: (
        Q(invoice_subscriptions__subscription__plan=key) | Q(invoice_subscriptions__subscription__plan__parent=key)
    ),
}


def drafts_of(scope: Scope, key: UUID) -> QuerySet[Invoice]:
    drafts = Invoice.objects.filter(status=InvoiceStatus.DRAFT)
    return drafts.filter(id__in=drafts.filter(_OF[scope](key)).order_by().values("id"))


def queue_refresh(*, organization: Organization, scope: Scope, key: UUID) -> None:
    """Have the drafts of a plan, a customer, … computed again, if the organization has any."""
    if drafts_of(Scope.ORGANIZATION, organization.id).exists():
        enqueue("invoices.tasks.flag_drafts", scope.value, key, inline=organization.sandbox)
        if organization.sandbox:
            _refresh_after_commit(organization)


def queue_refresh_of_late_usage(*, sandbox_ids: Collection[UUID]) -> None:
    for organization in Organization.objects.filter(id__in=sandbox_ids):
        _refresh_after_commit(organization)


def flag_drafts(*, scope: Scope, key: UUID) -> None:
    with transaction.atomic():
        stale = drafts_of(scope, key).filter(ready_to_be_refreshed=False).order_by("id")
        ids = list(stale.select_for_update(of=("self",), no_key=True).values_list("id", flat=True))
        Invoice.objects.filter(id__in=ids).update(ready_to_be_refreshed=True)


def refresh_stale_drafts(*, organization: Organization, at: datetime) -> int:
    """Compute again what is flagged or has late usage, in batches; how many. Who fails is set aside with the reason."""
    roll()
    with transaction.atomic():
        flag_drafts_of_late_usage(organization)
    flagged = drafts_of(Scope.ORGANIZATION, organization.id).filter(ready_to_be_refreshed=True).order_by("id")
    refreshed, failures = 0, dict[UUID, str]()
    while batch := list(flagged.exclude(customer__in=list(failures)).values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            refreshed += _refresh_batch(batch, failures, at)
    set_aside(organization, failures, at=at)
    return refreshed


def _refresh_batch(invoice_ids: Sequence[UUID], failures: dict[UUID, str], at: datetime) -> int:
    drafts = locked_drafts(invoice_ids)
    by_halves(
        drafts,
        lambda some: redraft(some, finalize=False, at=at),
        lambda draft, reason: failures.update({draft.customer_id: f"A draft could not be refreshed: {reason}"}),
    )
    return len(drafts)


def _refresh_after_commit(organization: Organization) -> None:
    """What was changed is visible then, and the roller's lock is held by nobody who waits."""
    transaction.on_commit(partial(_refresh_now, organization.id), robust=True)


def _refresh_now(organization_id: UUID) -> None:
    organization = Organization.objects.get(id=organization_id)
    refresh_stale_drafts(organization=organization, at=organization.now())
