"""Routes of invoices, fees, usage and the test clock."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from invoices.api.views import (
    alert,
    applied_coupon,
    credit_note,
    estimate,
    explanation,
    fee,
    invoice,
    lifetime_usage,
    payment,
    preview,
    test_clock,
    usage,
    wallet,
    wallet_metadata,
    wallet_transaction,
)

CUSTOMER = "customers/<external_id:external_customer_id>"
SUBSCRIPTION = "subscriptions/<external_id:external_id>"
CREDIT_NOTE = "credit_notes/<external_id:lago_id>"
INVOICE = "invoices/<external_id:lago_id>"
WALLET = "wallets/<external_id:lago_id>"
CUSTOMER_WALLET = f"{CUSTOMER}/wallets/<code:wallet_code>"
TRANSACTION = "wallet_transactions/<external_id:lago_id>"

urlpatterns = [
    path("invoices", invoice.InvoicesView.as_view()),
    path("invoices/preview", preview.PreviewView.as_view()),
    path(INVOICE, invoice.InvoiceView.as_view()),
    path(f"{INVOICE}/refresh", invoice.RefreshView.as_view()),
    path(f"{INVOICE}/finalize", invoice.FinalizeView.as_view()),
    path(f"{INVOICE}/lose_dispute", invoice.LoseDisputeView.as_view()),
    path(f"{INVOICE}/retry", invoice.RetryView.as_view()),
    path(f"{INVOICE}/download", invoice.DownloadView.as_view()),
    path(f"{INVOICE}/download_pdf", invoice.DownloadView.as_view()),
    path("fees", fee.FeesView.as_view()),
    path("fees/<external_id:lago_id>", fee.FeeView.as_view()),
    path("fees/<external_id:lago_id>/explanation", explanation.ExplanationView.as_view()),
    path("fees/<external_id:lago_id>/events", explanation.FeeEventsView.as_view()),
    path("applied_coupons", applied_coupon.AppliedCouponsView.as_view()),
    path(f"{CUSTOMER}/applied_coupons", applied_coupon.CustomerAppliedCouponsView.as_view()),
    path(f"{CUSTOMER}/applied_coupons/<external_id:lago_id>", applied_coupon.CustomerAppliedCouponView.as_view()),
    path("payments", payment.PaymentsView.as_view()),
    path("payments/<external_id:lago_id>", payment.PaymentView.as_view()),
    path("payment_requests", payment.PaymentRequestsView.as_view()),
    path("payment_requests/<external_id:lago_id>", payment.PaymentRequestView.as_view()),
    path("payment_receipts", payment.PaymentReceiptsView.as_view()),
    path("payment_receipts/<external_id:lago_id>", payment.PaymentReceiptView.as_view()),
    path(f"{CUSTOMER}/payments", payment.CustomerPaymentsView.as_view()),
    path(f"{CUSTOMER}/payment_requests", payment.CustomerPaymentRequestsView.as_view()),
    path("credit_notes", credit_note.CreditNotesView.as_view()),
    path("credit_notes/estimate", credit_note.EstimateView.as_view()),
    path(CREDIT_NOTE, credit_note.CreditNoteView.as_view()),
    path(f"{CREDIT_NOTE}/void", credit_note.VoidView.as_view()),
    path(f"{CREDIT_NOTE}/download", credit_note.DownloadView.as_view()),
    path(f"{CREDIT_NOTE}/download_pdf", credit_note.DownloadView.as_view()),
    path(f"{CREDIT_NOTE}/metadata", credit_note.MetadataView.as_view()),
    path(f"{CREDIT_NOTE}/metadata/<external_id:key>", credit_note.MetadataKeyView.as_view()),
    path(f"{CUSTOMER}/credit_notes", credit_note.CustomerCreditNotesView.as_view()),
    path(f"{CUSTOMER}/invoices", invoice.CustomerInvoicesView.as_view()),
    path(f"{CUSTOMER}/current_usage", usage.CurrentUsageView.as_view()),
    path(f"{CUSTOMER}/projected_usage", usage.ProjectedUsageView.as_view()),
    path(f"{CUSTOMER}/past_usage", usage.PastUsageView.as_view()),
    path(f"{SUBSCRIPTION}/alerts", alert.SubscriptionAlertsView.as_view()),
    path(f"{SUBSCRIPTION}/alerts/<code:code>", alert.SubscriptionAlertView.as_view()),
    path(f"{SUBSCRIPTION}/lifetime_usage", lifetime_usage.LifetimeUsageView.as_view()),
    path("events/estimate_fees", estimate.EstimateFeesView.as_view()),
    path("events/estimate_instant_fees", estimate.EstimateInstantFeesView.as_view()),
    path("events/batch_estimate_instant_fees", estimate.BatchEstimateInstantFeesView.as_view()),
    path("wallets", wallet.WalletsView.as_view()),
    path(WALLET, wallet.WalletView.as_view()),
    path(f"{WALLET}/balance_statement", wallet.BalanceStatementView.as_view()),
    path(f"{WALLET}/metadata", wallet_metadata.WalletMetadataView.as_view()),
    path(f"{WALLET}/metadata/<external_id:key>", wallet_metadata.WalletMetadataKeyView.as_view()),
    path(f"{WALLET}/wallet_transactions", wallet_transaction.TransactionsOfWalletView.as_view()),
    path(f"{CUSTOMER}/wallets", wallet.CustomerWalletsView.as_view()),
    path(f"{CUSTOMER_WALLET}/alerts/<code:code>", alert.WalletAlertView.as_view()),
    path(f"{CUSTOMER_WALLET}/alerts", alert.WalletAlertsView.as_view()),
    path(f"{CUSTOMER_WALLET}/metadata", wallet_metadata.CustomerWalletMetadataView.as_view()),
    path(f"{CUSTOMER_WALLET}/metadata/<external_id:key>", wallet_metadata.CustomerWalletMetadataKeyView.as_view()),
    path(f"{CUSTOMER}/wallets/<code:code>", wallet.CustomerWalletView.as_view()),
    path("wallet_transactions", wallet_transaction.WalletTransactionsView.as_view()),
    path(TRANSACTION, wallet_transaction.WalletTransactionView.as_view()),
    path(f"{TRANSACTION}/payment_url", wallet_transaction.PaymentUrlView.as_view()),
    path(f"{TRANSACTION}/consumptions", wallet_transaction.ConsumptionsView.as_view()),
    path(f"{TRANSACTION}/fundings", wallet_transaction.FundingsView.as_view()),
    path("test_clock", test_clock.TestClockView.as_view()),
]
