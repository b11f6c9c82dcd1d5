"""What is owed: invoices, their fees and taxes, and the runs that make them."""

from invoices.models.adjusted_fee import AdjustedFee
from invoices.models.alert import (
    LIFETIME_TYPES,
    METRIC_TYPES,
    WALLET_TYPES,
    Alert,
    AlertThreshold,
    AlertType,
    TriggeredAlert,
)
from invoices.models.applied_tax import FeeAppliedTax, InvoiceAppliedTax
from invoices.models.billing_hold import BillingHold
from invoices.models.billing_run import (
    BillingFailure,
    BillingRun,
    BillingRunChunk,
    ChunkStatus,
    RunStatus,
    UnchargedFlush,
)
from invoices.models.book_closing import BookClosing
from invoices.models.credit import Credit
from invoices.models.credit_note import (
    CreditNote,
    CreditNoteAppliedTax,
    CreditNoteItem,
    CreditNoteReason,
    CreditNoteStatus,
    CreditStatus,
    RefundStatus,
)
from invoices.models.document_sequence import DocumentSequence
from invoices.models.draft_watch import DraftWatch
from invoices.models.dunning import (
    CustomerDunning,
    DunningCampaign,
    DunningDefault,
    DunningProgress,
    DunningThreshold,
)
from invoices.models.fee import Fee, FeePaymentStatus, FeeType
from invoices.models.invoice import (
    GIVEN_BACK,
    NUMBERED,
    PAYABLE,
    VISIBLE_STATUSES,
    Invoice,
    InvoiceStatus,
    InvoiceType,
    PaymentStatus,
)
from invoices.models.invoice_document import InvoiceDocument
from invoices.models.invoice_subscription import InvoiceSubscription, InvoicingReason
from invoices.models.journal import JournalDocument, JournalEntry, JournalEvent, JournalLine, JournalTotal
from invoices.models.ongoing_balance_sync import OngoingBalanceSync
from invoices.models.payment import LONGEST_REFERENCE, Payment, PaymentAllocation, PaymentType
from invoices.models.payment_claim import PaymentClaim, ProviderMessage
from invoices.models.payment_provider import PaymentMethod, PaymentProvider, ProviderType
from invoices.models.payment_receipt import PaymentReceipt
from invoices.models.payment_request import PaymentRequest, RequestedInvoice
from invoices.models.provider_refund import ProviderRefund
from invoices.models.usage_activity import UsageActivity
from invoices.models.usage_threshold import AppliedUsageThreshold
from invoices.models.wallet import LOWEST_PRIORITY, Wallet, WalletStatus
from invoices.models.wallet_rule import RecurringTransactionRule, RuleMethod, RuleTrigger
from invoices.models.wallet_transaction import (
    TransactionKind,
    TransactionSource,
    TransactionType,
    WalletTransaction,
    WalletTransactionConsumption,
    WalletTransactionStatus,
)

__all__ = [
    "GIVEN_BACK",
    "LIFETIME_TYPES",
    "LONGEST_REFERENCE",
    "LOWEST_PRIORITY",
    "METRIC_TYPES",
    "NUMBERED",
    "PAYABLE",
    "VISIBLE_STATUSES",
    "WALLET_TYPES",
    "AdjustedFee",
    "Alert",
    "AlertThreshold",
    "AlertType",
    "AppliedUsageThreshold",
    "BillingFailure",
    "BillingHold",
    "BillingRun",
    "BillingRunChunk",
    "BookClosing",
    "ChunkStatus",
    "Credit",
    "CreditNote",
    "CreditNoteAppliedTax",
    "CreditNoteItem",
    "CreditNoteReason",
    "CreditNoteStatus",
    "CreditStatus",
    "CustomerDunning",
    "DocumentSequence",
    "DraftWatch",
    "DunningCampaign",
    "DunningDefault",
    "DunningProgress",
    "DunningThreshold",
    "Fee",
    "FeeAppliedTax",
    "FeePaymentStatus",
    "FeeType",
    "Invoice",
    "InvoiceAppliedTax",
    "InvoiceDocument",
    "InvoiceStatus",
    "InvoiceSubscription",
    "InvoiceType",
    "InvoicingReason",
    "JournalDocument",
    "JournalEntry",
    "JournalEvent",
    "JournalLine",
    "JournalTotal",
    "OngoingBalanceSync",
    "Payment",
    "PaymentAllocation",
    "PaymentClaim",
    "PaymentMethod",
    "PaymentProvider",
    "PaymentReceipt",
    "PaymentRequest",
    "PaymentStatus",
    "PaymentType",
    "ProviderMessage",
    "ProviderRefund",
    "ProviderType",
    "RecurringTransactionRule",
    "RefundStatus",
    "RequestedInvoice",
    "RuleMethod",
    "RuleTrigger",
    "RunStatus",
    "TransactionKind",
    "TransactionSource",
    "TransactionType",
    "TriggeredAlert",
    "UnchargedFlush",
    "UsageActivity",
    "Wallet",
    "WalletStatus",
    "WalletTransaction",
    "WalletTransactionConsumption",
    "WalletTransactionStatus",
]
