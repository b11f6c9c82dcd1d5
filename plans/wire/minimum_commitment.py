"""A minimum commitment on the wire."""

from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.wire.tax import TaxWire, taxes_wire
from plans.models import Plan


class MinimumCommitmentWire(TypedDict):
    lago_id: str
    plan_code: str
    amount_cents: int
    invoice_display_name: str | None
    interval: str
    created_at: str | None
    updated_at: str | None
    taxes: list[TaxWire]


def minimum_commitment_wire(plan: Plan) -> MinimumCommitmentWire | None:
    """That of the plan, if it has one; wants ``queries.with_charges``."""
    commitment = getattr(plan, "minimum_commitment", None)
    if commitment is None:
        return None
    return {
        "lago_id": str(commitment.id),
        "plan_code": plan.code,
        "amount_cents": commitment.amount_cents,
        "invoice_display_name": text(commitment.invoice_display_name),
        "interval": plan.interval,
        "created_at": instant(commitment.created_at),
        "updated_at": instant(commitment.updated_at),
        "taxes": taxes_wire(commitment.taxes.all()),
    }
