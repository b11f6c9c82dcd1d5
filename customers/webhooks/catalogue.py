"""The types of webhooks, and under which key of the payload the object of each is (feature 1.16)."""

from collections.abc import Sequence
from typing import Any

ALL_TYPES = "*"

OBJECT_TYPES: dict[str, str] = {
    "alert.triggered": "triggered_alert",
    **dict.fromkeys(
        ("billable_metric.created", "billable_metric.updated", "billable_metric.deleted"), "billable_metric"
    ),
    **dict.fromkeys(("credit_note.created", "credit_note.generated"), "credit_note"),
    "credit_note.provider_refund_failure": "credit_note_payment_provider_refund_error",
    **dict.fromkeys(("customer.created", "customer.updated"), "customer"),
    **dict.fromkeys(
        ("customer.accounting_provider_created", "customer.crm_provider_created", "customer.payment_provider_created"),
        "customer",
    ),
    "customer.accounting_provider_error": "accounting_provider_customer_error",
    "customer.crm_provider_error": "crm_provider_customer_error",
    "customer.payment_provider_error": "payment_provider_customer_error",
    "customer.tax_provider_error": "tax_provider_customer_error",
    "customer.checkout_url_generated": "payment_provider_customer_checkout_url",
    "customer.vies_check": "customer",
    "dunning_campaign.finished": "dunning_campaign",
    "event.error": "event_error",
    "events.errors": "events_errors",
    **dict.fromkeys(("feature.created", "feature.updated", "feature.deleted"), "feature"),
    "fee.created": "fee",
    "fee.tax_provider_error": "tax_provider_fee_error",
    "integration.provider_error": "provider_error",
    **dict.fromkeys(
        (
            *("invoice.created", "invoice.one_off_created", "invoice.paid_credit_added", "invoice.generated"),
            *("invoice.drafted", "invoice.ready_to_finalize", "invoice.voided", "invoice.deleted"),
            *("invoice.payment_status_updated", "invoice.payment_overdue", "invoice.resynced"),
        ),
        "invoice",
    ),
    "invoice.payment_dispute_lost": "payment_dispute_lost",
    "invoice.payment_failure": "payment_provider_invoice_payment_error",
    **dict.fromkeys(("order.created", "order.executed"), "order"),
    **dict.fromkeys(
        ("order_form.created", "order_form.signed", "order_form.expired", "order_form.voided"), "order_form"
    ),
    **dict.fromkeys(("payment.requires_action", "payment.succeeded"), "payment"),
    "payment_provider.error": "payment_provider_error",
    **dict.fromkeys(("payment_receipt.created", "payment_receipt.generated"), "payment_receipt"),
    **dict.fromkeys(("payment_request.created", "payment_request.payment_status_updated"), "payment_request"),
    "payment_request.payment_failure": "payment_provider_payment_request_payment_error",
    **dict.fromkeys(("plan.created", "plan.updated", "plan.deleted"), "plan"),
    **dict.fromkeys(("quote.created", "quote.approved", "quote.voided"), "quote"),
    **dict.fromkeys(
        (
            *("subscription.started", "subscription.updated", "subscription.terminated", "subscription.canceled"),
            *("subscription.incomplete", "subscription.termination_alert", "subscription.trial_ended"),
            "subscription.usage_threshold_reached",
        ),
        "subscription",
    ),
    **dict.fromkeys(
        ("wallet.created", "wallet.updated", "wallet.terminated", "wallet.depleted_ongoing_balance"), "wallet"
    ),
    **dict.fromkeys(("wallet_transaction.created", "wallet_transaction.updated"), "wallet_transaction"),
    "wallet_transaction.payment_failure": "payment_provider_wallet_transaction_payment_error",
}
WEBHOOK_TYPES = tuple(sorted(OBJECT_TYPES))


def wants(event_types: Sequence[str] | None, webhook_type: str) -> bool:
    """Whether an endpoint with this filter is told; NULL and ``*`` ask for everything."""
    return event_types is None or webhook_type in event_types or ALL_TYPES in event_types


def payload_of(webhook_type: str, organization_id: object, shown: Any) -> dict[str, Any]:
    object_type = OBJECT_TYPES[webhook_type]
    return {
        "webhook_type": webhook_type,
        "object_type": object_type,
        "organization_id": str(organization_id),
        object_type: shown,
    }
