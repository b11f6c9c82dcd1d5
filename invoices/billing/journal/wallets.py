"""Prepaid credits posted: when they become usable, when they are lost. What invoices use is posted with them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from invoices.billing.journal.entries import Books, Posting, post
from invoices.journal import Lines, granted_lines, lost_lines, purchased_lines
from invoices.models import (
    JournalDocument,
    JournalEvent,
    TransactionKind,
    TransactionType,
    Wallet,
    WalletTransaction,
    WalletTransactionConsumption,
    WalletTransactionStatus,
)
from plans.periods import local_date

_Taken = Counter[tuple[UUID, str]]


def post_wallet_transactions(transaction_ids: Collection[UUID], *, at: datetime) -> None:
    """Of these the settled ones that an invoice or its void does not post. Four statements."""
    if not transaction_ids:
        return
    own = WalletTransaction.objects.filter(id__in=list(transaction_ids), status=WalletTransactionStatus.SETTLED)
    other = own.exclude(transaction_status=TransactionKind.INVOICED).exclude(voided_invoice__isnull=False)
    transactions = list(other.select_related("wallet__customer__billing_entity").order_by("id"))
    taken = _taken_by([each.id for each in transactions if not each.is_inbound])
    post([_posting(each, taken) for each in transactions], at=at)


def post_ended_wallets(wallet_ids: Collection[UUID], *, at: datetime) -> None:
    """What is left in wallets that have ended is lost (W13). Four statements."""
    if not wallet_ids:
        return
    wallets = Wallet.objects.filter(id__in=list(wallet_ids)).select_related("customer__billing_entity").order_by("id")
    left = WalletTransaction.objects.filter(wallet__in=wallet_ids, remaining_amount_cents__gt=0)
    rows = left.order_by().values_list("wallet", "transaction_status").annotate(Sum("remaining_amount_cents"))
    taken: _Taken = Counter()
    for wallet_id, kind, cents in rows:
        taken[wallet_id, kind] += cents
    post(list(_ended(wallets, taken)), at=at)


def _ended(wallets: Iterable[Wallet], left: _Taken) -> Iterator[Posting]:
    for wallet in wallets:
        assert wallet.terminated_at, "a wallet that has ended says when"
        yield Posting(
            books=_books(wallet),
            document=JournalDocument.WALLET,
            document_id=wallet.id,
            event=JournalEvent.TERMINATED,
            date=local_date(wallet.terminated_at, wallet.customer.applicable_timezone),
            lines=_lost(left, wallet.id),
        )


def _posting(transaction: WalletTransaction, taken: _Taken) -> Posting:
    wallet = transaction.wallet
    assert transaction.settled_at, "a settled transaction says when"
    return Posting(
        books=_books(wallet),
        document=JournalDocument.WALLET_TRANSACTION,
        document_id=transaction.id,
        event=JournalEvent.SETTLED,
        date=local_date(transaction.settled_at, wallet.customer.applicable_timezone),
        lines=_lines(transaction, taken),
    )


def _lines(transaction: WalletTransaction, taken: _Taken) -> Lines:
    if transaction.transaction_type == TransactionType.OUTBOUND:
        return _lost(taken, transaction.id)
    bought = transaction.transaction_status == TransactionKind.PURCHASED
    return purchased_lines(transaction.amount_cents) if bought else granted_lines(transaction.amount_cents)


def _lost(taken: _Taken, key: UUID) -> Lines:
    granted, purchased = taken[key, TransactionKind.GRANTED], taken[key, TransactionKind.PURCHASED]
    return lost_lines(granted_cents=granted, purchased_cents=purchased)


def _taken_by(outbound_ids: Collection[UUID]) -> _Taken:
    """In cents, by transaction and by how the credits had come in."""
    parts = WalletTransactionConsumption.objects.filter(outbound__in=outbound_ids).order_by()
    rows = parts.values_list("outbound", "inbound__transaction_status").annotate(Sum("amount_cents"))
    return Counter({(outbound, kind): cents for outbound, kind, cents in rows})


def _books(wallet: Wallet) -> Books:
    """Of a wallet without a billing entity of its own: the customer's."""
    issuer_id = wallet.billing_entity_id or wallet.customer.billing_entity_id
    return Books(wallet.organization_id, issuer_id, wallet.customer_id, wallet.currency)
