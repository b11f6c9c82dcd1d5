"""Applied coupons as balances, and what drafts took of them as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from billing_site.kernel.copy import copy_rows
from billing_site.kernel.ids import uuid7
from invoices.billing.drafts import InvoiceDraft
from invoices.models import Credit
from invoices.queries import used_cents_of_coupons
from invoices.settlement import CouponBalance
from plans.models import AppliedCoupon, Coupon, CouponFrequency
from plans.queries import usable_coupons

_COLUMNS = (
    *("id", "created_at", "updated_at", "invoice_id", "applied_coupon_id"),
    *("amount_cents", "amount_currency", "before_taxes"),
)
_COUNT_DOWN = """
    UPDATE plans_appliedcoupon AS applied
    SET updated_at = %(at)s,
        frequency_duration_remaining = CASE WHEN frequency = 'recurring' THEN left_over.invoices END,
        status = CASE WHEN left_over.is_spent THEN 'terminated' ELSE applied.status END,
        terminated_at = CASE WHEN left_over.is_spent THEN %(at)s ELSE applied.terminated_at END
    FROM unnest(%(ids)s::uuid[], %(invoices)s::int[], %(spent)s::bool[]) AS left_over (id, invoices, is_spent)
    WHERE applied.id = left_over.id
"""


def load_coupons(customer_ids: Collection[UUID]) -> dict[UUID, tuple[CouponBalance, ...]]:
    """By customer, the oldest first; two queries, and as many more where coupons are limited or used in parts."""
    applied = list(usable_coupons(customer_ids))
    in_parts = [each.id for each in applied if each.is_one_time_amount]
    used = used_cents_of_coupons(in_parts) if in_parts else {}
    limits = {each.coupon_id: limits_of(each.coupon) for each in {one.coupon_id: one for one in applied}.values()}
    found: dict[UUID, list[CouponBalance]] = defaultdict(list)
    for each in applied:
        own = limits[each.coupon_id]
        if own is not None:
            found[each.customer_id].append(balance_of(each, own, used.get(each.id, 0)))
    return {customer_id: tuple(balances) for customer_id, balances in found.items()}


class Limits(NamedTuple):
    """Empty ones limit nothing."""

    plan_ids: frozenset[UUID]
    metric_ids: frozenset[UUID]


def limits_of(coupon: Coupon) -> Limits | None:
    """None: a limited coupon whose limits are gone is for nothing, not for everything. Wants what limits it loaded."""
    plan_ids = frozenset(plan.id for plan in coupon.plans.all())
    metric_ids = frozenset(metric.id for metric in coupon.billable_metrics.all())
    are_gone = (coupon.limited_plans and not plan_ids) or (coupon.limited_billable_metrics and not metric_ids)
    return None if are_gone else Limits(plan_ids, metric_ids)


def balance_of(applied: AppliedCoupon, limits: Limits, used_cents: int = 0) -> CouponBalance:
    once = applied.frequency == CouponFrequency.ONCE and applied.is_percentage
    return CouponBalance(
        id=applied.id,
        amount_cents=max((applied.amount_cents or 0) - used_cents, 0),
        currency=applied.amount_currency,
        rate_percent=applied.percentage_rate,
        is_consumed=applied.is_one_time_amount,
        invoices_left=1 if once else applied.frequency_duration_remaining,
        plan_ids=limits.plan_ids,
        metric_ids=limits.metric_ids,
    )


def record_coupons(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """The credits of ``drafts``, and what is left of the coupons: two statements."""
    copy_rows(Credit._meta.db_table, _COLUMNS, (row for draft in drafts for row in _credit_rows(draft, at)))
    _count_down(drafts, at)


def _credit_rows(draft: InvoiceDraft, at: datetime) -> Iterator[tuple[object, ...]]:
    for draw in draft.settlement.coupon_draws:
        yield uuid7(), at, at, draft.id, draw.coupon.id, draw.amount_cents, draft.currency, True


def _count_down(drafts: Sequence[InvoiceDraft], at: datetime) -> None:
    """Of a coupon that several drafts used, the last one says what is left."""
    left = {draw.coupon.id: draw.left for draft in drafts for draw in draft.settlement.coupon_draws}
    changed = {key: each for key, each in left.items() if each is None or each.invoices_left is not None}
    if changed:
        invoices = [each.invoices_left if each else 0 for each in changed.values()]
        spent = [each is None for each in changed.values()]
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_DOWN, {"at": at, "ids": list(changed), "invoices": invoices, "spent": spent})
