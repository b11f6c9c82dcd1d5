"""Coupons and credit notes given back when invoices are voided (3-K8)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count

from invoices.models import Invoice
from plans.models import AppliedCoupon
from plans.services.applied_coupon import give_back_uses

_RECREDIT = """
    UPDATE invoices_creditnote AS note
    SET updated_at = %(at)s,
        balance_amount_cents = balance_amount_cents + used.cents,
        credit_status = 'available'
    FROM (
        SELECT credit_note_id AS id, sum(amount_cents) AS cents FROM invoices_credit
        WHERE invoice_id = ANY(%(invoices)s) AND credit_note_id IS NOT NULL
        GROUP BY credit_note_id
    ) AS used
    WHERE note.id = used.id AND note.credit_status <> 'voided'
"""


def recredit_coupons(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """What ``invoices``, voided in this transaction with their customers locked, took of coupons can be used again.

    Amounts are there again by themselves, since what voided invoices took does not count as used.
    """
    used = AppliedCoupon.objects.filter(credits__invoice__in=invoices)
    by_uses: dict[int, list[UUID]] = defaultdict(list)
    for applied_coupon_id, uses in used.order_by().values_list("id").annotate(Count("credits")):
        by_uses[uses].append(applied_coupon_id)
    for uses, ids in by_uses.items():
        give_back_uses(AppliedCoupon.objects.filter(id__in=ids), uses=uses, at=at)


def recredit_credit_notes(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """What ``invoices``, voided in this transaction with their customers locked, took of credit notes is there again.

    Credit notes that were voided since stay worth nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECREDIT, {"at": at, "invoices": [invoice.id for invoice in invoices]})
