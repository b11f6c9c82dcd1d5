"""What workers do for customers. Every task takes ids only, and may run twice."""

from uuid import UUID

from billing_site.kernel.admin.sentences import explained
from customers.services.bulk_job import work_on_bulk as work_on_bulk_job
from customers.webhooks.delivery import deliver


def deliver_webhooks(organization_id: UUID | None = None) -> None:
    """The attempts that are due, of one organization or, on schedule, of all."""
    deliver(organization_id)


def work_on_bulk(job_id: UUID) -> None:
    """Some rows of a bulk job, whichever are free."""
    work_on_bulk_job(job_id=job_id, explain=explained)
