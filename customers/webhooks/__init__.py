"""Webhooks: ``announce`` writes what happened within the command's transaction, workers deliver it."""

from customers.webhooks.outbox import announce, announce_final
from customers.webhooks.rendering import renders, with_payloads

__all__ = ["announce", "announce_final", "renders", "with_payloads"]
