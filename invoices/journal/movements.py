"""Money and prepaid credits that move, as lines of the journal. Pure; amounts are cents."""

from invoices.journal.accounts import Account
from invoices.journal.lines import Line, Lines, balanced


def payment_lines(amount_cents: int) -> Lines:
    return _moved(Account.CASH, Account.ACCOUNTS_RECEIVABLE, amount_cents)


def refund_lines(amount_cents: int) -> Lines:
    return _moved(Account.REFUNDS_PAYABLE, Account.CASH, amount_cents)


def granted_lines(amount_cents: int) -> Lines:
    """Credits for nothing: they are worth money as soon as they can pay an invoice."""
    return _moved(Account.GRANTED_CREDITS, Account.CREDITS_LIABILITY, amount_cents)


def purchased_lines(amount_cents: int) -> Lines:
    """Credits whose invoice is paid, and which are usable from now on (3-W13)."""
    return _moved(Account.UNPAID_CREDITS, Account.CREDITS_LIABILITY, amount_cents)


def lost_lines(*, granted_cents: int, purchased_cents: int) -> Lines:
    """Credits that were taken out or expired: what was granted costs nothing after all, what was bought is earned."""
    return balanced(
        [
            Line(Account.CREDITS_LIABILITY, granted_cents + purchased_cents),
            Line(Account.GRANTED_CREDITS, -granted_cents),
            Line(Account.FORFEITED_CREDITS, -purchased_cents),
        ]
    )


def _moved(debit: Account, credit: Account, amount_cents: int) -> Lines:
    return balanced([Line(debit, amount_cents), Line(credit, -amount_cents)])
