"""Credit notes as balances, and what drafts took of them as rows (3-N6)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from billing_site.kernel.copy import copy_rows
from billing_site.kernel.ids import uuid7
from invoices.billing.drafts import InvoiceDraft
from invoices.models import Credit, CreditNote, CreditNoteStatus
from invoices.settlement import CreditNoteBalance

_COLUMNS = (
    *("id", "created_at", "updated_at", "invoice_id", "credit_note_id"),
    *("amount_cents", "amount_currency", "before_taxes"),
)
_TAKE = """
    UPDATE invoices_creditnote AS note
    SET updated_at = %(at)s,
        balance_amount_cents = balance_amount_cents - taken.cents,
        credit_status = CASE WHEN balance_amount_cents = taken.cents THEN 'consumed' ELSE credit_status END
    FROM unnest(%(ids)s::uuid[], %(cents)s::bigint[]) AS taken (id, cents)
    WHERE note.id = taken.id
"""


def load_credit_notes(customer_ids: Collection[UUID]) -> dict[UUID, tuple[CreditNoteBalance, ...]]:
    """By customer, the oldest first; one statement."""
    left = CreditNote.objects.filter(
        customer__in=customer_ids, status=CreditNoteStatus.FINALIZED, balance_amount_cents__gt=0
    )
    found: dict[UUID, list[CreditNoteBalance]] = defaultdict(list)
    rows = left.order_by("created_at", "id").values_list("customer_id", "id", "currency", "balance_amount_cents")
    for customer_id, *balance in rows:
        found[customer_id].append(CreditNoteBalance(*balance))
    return {customer_id: tuple(balances) for customer_id, balances in found.items()}


def record_drawn_credit_notes(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """The credits of ``drafts``, and what is left of the credit notes: two statements, none where none was used."""
    taken: Counter[UUID] = Counter()
    for draft in drafts:
        for draw in draft.settlement.credit_note_draws:
            taken[draw.credit_note_id] += draw.amount_cents
    if taken:
        copy_rows(Credit._meta.db_table, _COLUMNS, (row for draft in drafts for row in _credit_rows(draft, at)))
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"at": at, "ids": list(taken), "cents": list(taken.values())})


def _credit_rows(draft: InvoiceDraft, at: datetime) -> Iterator[tuple[object, ...]]:
    for draw in draft.settlement.credit_note_draws:
        yield uuid7(), at, at, draft.id, draw.credit_note_id, draw.amount_cents, draft.currency, False
