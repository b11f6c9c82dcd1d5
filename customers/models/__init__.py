"""Who: organizations, their keys and issuers, customers and taxes."""

from customers.models.api_key import ApiKey
from customers.models.billing_entity import (
    BillingEntity,
    DocumentNumbering,
    IssuingDateAdjustment,
    IssuingDateAnchor,
)
from customers.models.customer import AccountType, Customer, CustomerType, ZeroAmountPolicy
from customers.models.organization import Organization
from customers.models.tax import Tax

__all__ = [
    "AccountType",
    "ApiKey",
    "BillingEntity",
    "Customer",
    "CustomerType",
    "DocumentNumbering",
    "IssuingDateAdjustment",
    "IssuingDateAnchor",
    "Organization",
    "Tax",
    "ZeroAmountPolicy",
]
