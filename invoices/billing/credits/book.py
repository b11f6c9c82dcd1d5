"""The credits of a batch's customers, going down while their invoices are settled one after another."""

from collections.abc import Mapping, Sequence
from typing import Self
from uuid import UUID

from msgspec.structs import replace

from invoices.billing.credits.progressive import Period, period_of
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.settlement import (
    NO_CREDITS,
    ChargeKey,
    CustomerCredits,
    Payable,
    ProgressiveBalance,
    Settlement,
    settle,
)


class CreditBook:
    """What is left for each customer's next invoice, and what was billed early of each period."""

    def __init__(
        self,
        by_customer: Mapping[UUID, CustomerCredits],
        progressive: Mapping[Period, ProgressiveBalance],
    ) -> None:
        self._left = dict(by_customer)
        self._progressive = progressive

    @classmethod
    def empty(cls) -> Self:
        """For what is only looked at: usage and estimates use no credits."""
        return cls({}, {})

    def settle(
        self, jobs: Sequence[BillingJob], fees: Sequence[FeeDraft], *, currency: str, is_draft: bool
    ) -> Settlement:
        """The next invoice of the customer of ``jobs``. Drafts under grace leave alone what applies later (3-O2)."""
        customer_id = jobs[0].subscription.customer_id
        early = tuple(filter(None, (self._billed_early(job) for job in jobs)))
        own = self._left.get(customer_id, NO_CREDITS)
        if early:
            own = replace(own, progressive=early)
        settlement = settle(payables(fees, jobs), own.of_drafts if is_draft else own, currency)
        if not is_draft:
            self._left[customer_id] = settlement.credits_left
        return settlement

    def _billed_early(self, job: BillingJob) -> ProgressiveBalance | None:
        period = period_of(job)
        return self._progressive.get(period) if period else None


def payables(fees: Sequence[FeeDraft], jobs: Sequence[BillingJob] = ()) -> list[Payable]:
    """``fees`` of the subscriptions of ``jobs`` as settlement sees them."""
    plan_ids: dict[UUID | None, frozenset[UUID]] = {}
    for job in jobs:
        plan = job.subscription.plan
        plan_ids[job.subscription.id] = frozenset(filter(None, (plan.id, plan.parent_id)))
    return [
        Payable(
            amount_cents=fee.amount_cents,
            taxes=fee.taxes,
            fee_type=fee.fee_type,
            plan_ids=plan_ids.get(fee.subscription_id, frozenset()),
            metric_id=fee.item_id if fee.charge_id else None,
            charge_key=_charge_key(fee),
            id=fee.id,
        )
        for fee in fees
    ]


def _charge_key(fee: FeeDraft) -> ChargeKey | None:
    """A true-up has none of its own."""
    if fee.charge_id is None or fee.true_up_parent_id or fee.subscription_id is None or fee.interval is None:
        return None
    group = tuple(sorted(fee.grouped_by.items()))
    return ChargeKey(fee.subscription_id, fee.interval.start, fee.charge_id, fee.charge_filter_id, group)
