"""Who: organizations, their keys and issuers, customers, taxes and webhooks."""

from customers.models.api_key import ApiKey
from customers.models.billing_entity import (
    BillingEntity,
    DocumentNumbering,
    IssuingDateAdjustment,
    IssuingDateAnchor,
)
from customers.models.bulk_job import BulkJob, BulkJobStatus, BulkRow, BulkRowState
from customers.models.custom_section import InvoiceCustomSection
from customers.models.customer import AccountType, Customer, CustomerType, ZeroAmountPolicy
from customers.models.organization import Organization
from customers.models.tax import Tax
from customers.models.webhook import (
    DeliveryStatus,
    SignatureAlgorithm,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookSigningKey,
)

__all__ = [
    "AccountType",
    "ApiKey",
    "BillingEntity",
    "BulkJob",
    "BulkJobStatus",
    "BulkRow",
    "BulkRowState",
    "Customer",
    "CustomerType",
    "DeliveryStatus",
    "DocumentNumbering",
    "InvoiceCustomSection",
    "IssuingDateAdjustment",
    "IssuingDateAnchor",
    "Organization",
    "SignatureAlgorithm",
    "Tax",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookSigningKey",
    "ZeroAmountPolicy",
]
