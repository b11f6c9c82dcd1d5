"""The credits of a batch's customers, going down while their invoices are settled one after another."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Self
from uuid import UUID

from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.settlement import CustomerCredits, Payable, Settlement, settle


class CreditBook:
    """What is left for each customer's next invoice."""

    def __init__(self, by_customer: Mapping[UUID, CustomerCredits]) -> None:
        self._left = dict(by_customer)

    @classmethod
    def empty(cls) -> Self:
        """For what is only looked at: usage and estimates use no credits."""
        return cls({})

    def settle(self, customer_id: UUID, fees: Sequence[Payable], *, currency: str, is_draft: bool) -> Settlement:
        """The customer's next invoice. Drafts under grace leave what applies at finalization alone (3-O2)."""
        own = self._left.get(customer_id)
        if own is None:
            return settle(fees)
        settlement = settle(fees, own.of_drafts if is_draft else own, currency)
        left = settlement.credits_left
        self._left[customer_id] = own.after_draft(left) if is_draft else left
        return settlement


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


def _charge_key(fee: FeeDraft) -> Hashable:
    """The charge, filter and group that a fee is the price of; its true-up has none of its own."""
    if fee.charge_id is None or fee.true_up_parent_id:
        return None
    return fee.charge_id, fee.charge_filter_id, tuple(sorted(fee.grouped_by.items()))
