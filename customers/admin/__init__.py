"""The console's pages on customers, their issuers, taxes, keys and webhooks."""

from customers.admin import (
    api_key,
    billing_entity,
    bulk,
    bulk_job,
    custom_section,
    customer,
    tax,
    webhook_delivery,
    webhook_endpoint,
    webhook_message,
)

__all__ = [
    "api_key",
    "billing_entity",
    "bulk",
    "bulk_job",
    "custom_section",
    "customer",
    "tax",
    "webhook_delivery",
    "webhook_endpoint",
    "webhook_message",
]
