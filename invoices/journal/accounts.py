"""The accounts of the journal, as finance calls them. Pure."""

from enum import StrEnum


class Account(StrEnum):
    """In the order of a trial balance: what one has, what one owes, what one earned and gave away.

    ``CREDITS_LIABILITY`` is what prepaid credits in active wallets are worth, ``UNPAID_CREDITS`` what of them was
    invoiced and not paid yet, ``CREDIT_NOTES_LIABILITY`` what credit notes leave to later invoices.
    ``PROGRESSIVE_BILLING`` takes back from an invoice's revenue what a progressive invoice booked of it before.
    """

    CASH = "cash"
    ACCOUNTS_RECEIVABLE = "accounts_receivable"
    TAX_PAYABLE = "tax_payable"
    REFUNDS_PAYABLE = "refunds_payable"
    CREDIT_NOTES_LIABILITY = "credit_notes_liability"
    CREDITS_LIABILITY = "credits_liability"
    UNPAID_CREDITS = "unpaid_credits"
    REVENUE = "revenue"
    PROGRESSIVE_BILLING = "progressive_billing"
    COUPONS = "coupons"
    GRANTED_CREDITS = "granted_credits"
    FORFEITED_CREDITS = "forfeited_credits"


# What an invoice says was sold, before anything settles it.
BILLED = frozenset(
    {Account.REVENUE, Account.UNPAID_CREDITS, Account.PROGRESSIVE_BILLING, Account.COUPONS, Account.TAX_PAYABLE}
)
