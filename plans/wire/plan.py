"""A plan on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, rate, text
from customers.wire.tax import TaxWire, taxes_wire
from plans.models import Plan
from plans.wire.charge import ChargeWire, charges_wire
from plans.wire.fixed_charge import FixedChargeWire, fixed_charges_wire
from plans.wire.minimum_commitment import MinimumCommitmentWire, minimum_commitment_wire
from plans.wire.usage_threshold import UsageThresholdWire, usage_thresholds_wire


class PlanWire(TypedDict):
    lago_id: str
    name: str
    invoice_display_name: str | None
    created_at: str | None
    code: str
    interval: str
    description: str | None
    amount_cents: int
    amount_currency: str
    trial_period: float | None
    pay_in_advance: bool
    bill_charges_monthly: bool
    bill_fixed_charges_monthly: bool
    parent_id: str | None
    charges: list[ChargeWire]
    fixed_charges: list[FixedChargeWire]
    minimum_commitment: MinimumCommitmentWire | None
    usage_thresholds: list[UsageThresholdWire]
    taxes: list[TaxWire]
    metadata: dict[str, Any]


def plan_wire(plan: Plan) -> PlanWire:
    """Wants ``queries.with_charges``."""
    return {
        "lago_id": str(plan.id),
        "name": plan.name,
        "invoice_display_name": text(plan.invoice_display_name),
        "created_at": instant(plan.created_at),
        "code": plan.code,
        "interval": plan.interval,
        "description": text(plan.description),
        "amount_cents": plan.amount_cents,
        "amount_currency": plan.amount_currency,
        "trial_period": rate(plan.trial_period),
        "pay_in_advance": plan.pay_in_advance,
        "bill_charges_monthly": plan.bill_charges_monthly,
        "bill_fixed_charges_monthly": plan.bill_fixed_charges_monthly,
        "parent_id": str(plan.parent_id) if plan.parent_id else None,
        "charges": charges_wire(plan.charges.all()),
        "fixed_charges": fixed_charges_wire(plan.fixed_charges.all()),
        "minimum_commitment": minimum_commitment_wire(plan),
        "usage_thresholds": usage_thresholds_wire(plan.usage_thresholds.all()),
        "taxes": taxes_wire(plan.taxes.all()),
        "metadata": plan.metadata,
    }


def plans_wire(plans: Iterable[Plan]) -> list[PlanWire]:
    return [plan_wire(plan) for plan in plans]
