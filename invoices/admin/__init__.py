"""The console's pages on invoices, fees, billing runs and what they set aside."""

from invoices.admin import (
    applied_coupon,
    billing_failure,
    billing_hold,
    billing_run,
    collecting,
    fee,
    invoice,
    payment,
    payment_request,
    preview,
    tabs,
    thresholds_tab,
    timeline,
    wallet,
    wallets_tab,
    why_page,
)

__all__ = [
    "applied_coupon",
    "billing_failure",
    "billing_hold",
    "billing_run",
    "collecting",
    "fee",
    "invoice",
    "payment",
    "payment_request",
    "preview",
    "tabs",
    "thresholds_tab",
    "timeline",
    "wallet",
    "wallets_tab",
    "why_page",
]
