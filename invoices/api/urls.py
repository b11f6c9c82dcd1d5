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
)

CUSTOMER = "customers/<external_id:external_customer_id>"
SUBSCRIPTION = "subscriptions/<external_id:external_id>"
CREDIT_NOTE = "credit_notes/<external_id:lago_id>"
INVOICE = "invoices/<external_id:lago_id>"

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
    path(CREDIT_NOTE, credit_note.CreditNoteView.as_view()),
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
    path("test_clock", test_clock.TestClockView.as_view()),
]
