"""Post what was issued before there was a journal."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.billing.journal import (
    post_credit_note_voids,
    post_credit_notes,
    post_ended_wallets,
    post_invoices,
    post_payments,
    post_refunds,
    post_voids,
    post_wallet_transactions,
)
from invoices.models import (
    CreditNote,
    Invoice,
    InvoiceStatus,
    JournalEntry,
    JournalEvent,
    Payment,
    PaymentAllocation,
    PaymentStatus,
    TransactionKind,
    Wallet,
    WalletStatus,
    WalletTransaction,
    WalletTransactionStatus,
)

BATCH = 500
Post = Callable[[Sequence[UUID], datetime], None]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Documents of one kind without the entry of an event; ``customer`` is the way to theirs."""

    documents: QuerySet
    event: JournalEvent
    post: Post
    customer: str = "customer_id"

    def unposted(self, after: UUID | None) -> QuerySet:
        posted = JournalEntry.objects.filter(document_id=OuterRef("pk"), event=self.event)
        left = self.documents.filter(~Exists(posted)).order_by("pk")
        return left if after is None else left.filter(pk__gt=after)


def post_backlog(*, organization: Organization, at: datetime) -> Iterator[tuple[str, int]]:
    """Post every document that has no entry yet, in batches; yields what was posted, by name. Run again it finds none.

    Entries have the documents' own dates; what would be dated into closed books goes to the first open day.
    """
    for name, backlog in _backlogs(organization).items():
        yield name, sum(_batches(backlog, at))


def _batches(backlog: Backlog, at: datetime) -> Iterator[int]:
    last: UUID | None = None
    while batch := list(backlog.unposted(last).values_list("pk", backlog.customer)[:BATCH]):
        with transaction.atomic():
            lock_customers({customer_id for _, customer_id in batch})
            ids = [pk for pk, _ in batch]
            # Who was posted by its own command since.
            backlog.post(list(backlog.unposted(None).filter(pk__in=ids).values_list("pk", flat=True)), at)
        last = batch[-1][0]
        yield len(batch)


def _backlogs(organization: Organization) -> dict[str, Backlog]:
    issued = Invoice.objects.filter(
        organization=organization, status__in=(InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED), fees_amount_cents__gt=0
    )
    notes = CreditNote.objects.filter(organization=organization, status="finalized")
    return {
        "invoices": Backlog(issued, JournalEvent.ISSUED, lambda ids, at: post_invoices(ids, at=at)),
        "voided invoices": Backlog(issued.filter(status=InvoiceStatus.VOIDED), JournalEvent.VOIDED, _post_voids),
        "credit notes": Backlog(notes, JournalEvent.ISSUED, lambda ids, at: post_credit_notes(ids, at=at)),
        "voided credit notes": Backlog(notes.filter(voided_at__isnull=False), JournalEvent.VOIDED, _post_note_voids),
        "refunds": Backlog(
            notes.filter(refunded_at__isnull=False), JournalEvent.REFUNDED, lambda ids, at: post_refunds(ids, at=at)
        ),
        "payments": Backlog(_paid(organization), JournalEvent.PAID, _post_payments, "payment__customer_id"),
        "prepaid credits": Backlog(
            _moved(organization),
            JournalEvent.SETTLED,
            lambda ids, at: post_wallet_transactions(ids, at=at),
            "wallet__customer_id",
        ),
        "ended wallets": Backlog(
            Wallet.objects.filter(organization=organization, status=WalletStatus.TERMINATED, balance_cents__gt=0),
            JournalEvent.TERMINATED,
            lambda ids, at: post_ended_wallets(ids, at=at),
        ),
    }


def _paid(organization: Organization) -> QuerySet[PaymentAllocation]:
    return PaymentAllocation.objects.filter(
        payment__organization=organization, payment__payment_status=PaymentStatus.SUCCEEDED
    )


def _moved(organization: Organization) -> QuerySet[WalletTransaction]:
    """Without what invoices and their voids post."""
    settled = WalletTransaction.objects.filter(organization=organization, status=WalletTransactionStatus.SETTLED)
    return settled.filter(voided_invoice__isnull=True).exclude(transaction_status=TransactionKind.INVOICED)


def _post_payments(allocation_ids: Collection[UUID], at: datetime) -> None:
    made = Payment.objects.filter(allocations__in=list(allocation_ids)).distinct()
    post_payments(made.values_list("id", flat=True), at=at)


def _post_voids(ids: Collection[UUID], at: datetime) -> None:
    """Credit notes of the very instant of the void say that they replace what paid the invoice."""
    invoices = list(Invoice.objects.filter(id__in=list(ids)).order_by("id"))
    notes = CreditNote.objects.filter(invoice__in=invoices, created_at=F("invoice__voided_at"))
    post_voids(invoices, replaced=set(notes.values_list("invoice_id", flat=True)), at=at)


def _post_note_voids(ids: Collection[UUID], at: datetime) -> None:
    """What invoices had left of each by then; an invoice that was voided before had given it back."""
    used_then = Q(credits__invoice__voided_at__isnull=True) | Q(credits__invoice__voided_at__gt=F("voided_at"))
    used = Coalesce(Sum("credits__amount_cents", filter=used_then), 0)
    notes = CreditNote.objects.filter(id__in=list(ids)).annotate(used_cents=used)
    post_credit_note_voids({note.id: note.credit_amount_cents - note.used_cents for note in notes}, at=at)
