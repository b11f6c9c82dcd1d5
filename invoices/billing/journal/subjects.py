"""What lines of the journal are about: fees by their plan and charge, taxes."""

from collections import defaultdict
from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from invoices.journal import TAX, Subject
from invoices.models import Fee
from plans.models import Plan


class BilledFee(Protocol):
    """A fee that is a row, or is about to be one."""

    @property
    def fee_type(self) -> str: ...
    @property
    def item_id(self) -> UUID: ...
    @property
    def item_code(self) -> str: ...
    @property
    def charge_id(self) -> UUID | None: ...
    @property
    def fixed_charge_id(self) -> UUID | None: ...


def catalogue_plan_id(plan: Plan) -> UUID:
    """Overrides of one subscription are booked with the plan that they override."""
    return plan.parent_id or plan.id


def fee_subject(fee: BilledFee, plan_id: UUID | None) -> Subject:
    return Subject(fee.fee_type, fee.charge_id or fee.fixed_charge_id or fee.item_id, fee.item_code, plan_id)


def tax_subject(tax_id: UUID | None, code: str) -> Subject:
    return Subject(TAX, tax_id, code)


def subjects_of(fee_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """By fee. One query."""
    fees = Fee.objects.filter(id__in=list(fee_ids)).select_related("subscription__plan")
    return {fee.id: stored_subject(fee) for fee in fees}


def stored_subject(fee: Fee) -> Subject:
    """Wants ``subscription__plan``."""
    return fee_subject(fee, catalogue_plan_id(fee.subscription.plan) if fee.subscription else None)


def fees_by_invoice(invoice_ids: Collection[UUID]) -> dict[UUID, list[Fee]]:
    """With what their subjects need. One query."""
    found: dict[UUID, list[Fee]] = defaultdict(list)
    fees = Fee.objects.filter(invoice__in=list(invoice_ids)).select_related("subscription__plan")
    for fee in fees.order_by("created_at", "id"):
        found[fee.invoice_id or fee.id].append(fee)
    return found
