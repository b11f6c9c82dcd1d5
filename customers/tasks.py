"""What workers do for customers. Every task takes ids only, and may run twice."""

from uuid import UUID

from billing_site.kernel.admin.sentences import explained
from customers.models import BillingEntity
from customers.services.bulk_job import work_on_bulk as work_on_bulk_job
from customers.services.eu_vat import tax_customers_by_eu_rules as tax_customers_of
from customers.webhooks.delivery import deliver


def deliver_webhooks(organization_id: UUID | None = None) -> None:
    """The attempts that are due, of one organization or, on schedule, of all."""
    deliver(organization_id)


def work_on_bulk(job_id: UUID) -> None:
    """Some rows of a bulk job, whichever are free."""
    work_on_bulk_job(job_id=job_id, explain=explained)


def tax_customers_by_eu_rules(billing_entity_id: UUID) -> None:
    """The taxes of a billing entity's customers, after its country or the rules for it have changed."""
    billing_entity = BillingEntity.objects.select_related("organization").get(id=billing_entity_id)
    tax_customers_of(billing_entity=billing_entity, at=billing_entity.organization.now())
