"""Webhooks: ``announce`` writes what happened within the command's transaction, workers deliver it."""

from customers.webhooks.outbox import announce

__all__ = ["announce"]
