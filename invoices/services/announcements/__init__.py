"""What webhooks tell of each object: loaded for a whole batch, and shown as the API does, if somebody listens."""

from invoices.services.announcements.catalogue import tell_of_feature, tell_of_metric, tell_of_plan
from invoices.services.announcements.credit_notes import tell_of_credit_notes, tell_of_failed_refund
from invoices.services.announcements.customers import tell_of_customer
from invoices.services.announcements.dunning import tell_of_finished_campaigns
from invoices.services.announcements.invoices import (
    ISSUED,
    shown_invoices,
    tell_of_fees,
    tell_of_invoices,
    tell_of_lost_dispute,
    tell_of_written_invoices,
)
from invoices.services.announcements.payments import tell_of_payment, tell_of_receipt, tell_of_requests
from invoices.services.announcements.providers import (
    tell_of_account,
    tell_of_failed_payment,
    tell_of_page,
    tell_of_provider_fault,
    tell_of_refused_account,
)
from invoices.services.announcements.subscriptions import tell_of_subscriptions
from invoices.services.announcements.usage import tell_of_reached_thresholds, tell_of_triggered_alerts
from invoices.services.announcements.wallets import tell_of_transactions, tell_of_wallets

__all__ = [
    "ISSUED",
    "shown_invoices",
    "tell_of_account",
    "tell_of_credit_notes",
    "tell_of_customer",
    "tell_of_failed_payment",
    "tell_of_failed_refund",
    "tell_of_feature",
    "tell_of_fees",
    "tell_of_finished_campaigns",
    "tell_of_invoices",
    "tell_of_lost_dispute",
    "tell_of_metric",
    "tell_of_page",
    "tell_of_payment",
    "tell_of_plan",
    "tell_of_provider_fault",
    "tell_of_reached_thresholds",
    "tell_of_receipt",
    "tell_of_refused_account",
    "tell_of_requests",
    "tell_of_subscriptions",
    "tell_of_transactions",
    "tell_of_triggered_alerts",
    "tell_of_wallets",
    "tell_of_written_invoices",
]
