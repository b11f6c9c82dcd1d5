"""The console's pages on customers, their issuers, taxes and keys."""

from customers.admin import api_key, billing_entity, customer, tax

__all__ = ["api_key", "billing_entity", "customer", "tax"]
