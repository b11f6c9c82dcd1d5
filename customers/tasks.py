"""What workers do for customers. Every task takes ids only, and may run twice."""

from uuid import UUID

from customers.webhooks.delivery import deliver


def deliver_webhooks(organization_id: UUID | None = None) -> None:
    """The attempts that are due, of one organization or, on schedule, of all."""
    deliver(organization_id)
