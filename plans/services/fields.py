"""What the commands on plans and charges take: an absent key leaves the column as it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID


class FilterFields(TypedDict, total=False):
    """``values`` are ``{"key": ["value", …]}``; ``properties`` are still raw JSON, amounts in currency units."""

    values: Mapping[str, Sequence[str]]
    properties: Mapping[str, Any] | None
    invoice_display_name: str


class ChargeFields(TypedDict, total=False):
    """``id`` names an existing charge of the plan; ``properties`` are still raw JSON, amounts in currency units."""

    id: str | None
    billable_metric_id: UUID
    code: str
    charge_model: str
    properties: Mapping[str, Any] | None
    invoice_display_name: str
    pay_in_advance: bool
    invoiceable: bool
    regroup_paid_fees: str | None
    prorated: bool
    accepts_target_wallet: bool
    min_amount_cents: int
    tax_codes: Sequence[str]
    filters: Sequence[FilterFields]
    applied_pricing_unit: Mapping[str, Any] | None


class PlanFields(TypedDict, total=False):
    """The columns of a plan; ``trial_period`` in days."""

    name: str
    code: str
    description: str
    invoice_display_name: str
    interval: str
    amount_cents: int
    amount_currency: str
    pay_in_advance: bool
    trial_period: Decimal
    bill_charges_monthly: bool
    bill_fixed_charges_monthly: bool
    metadata: Mapping[str, Any]
    fixed_charges: Sequence[Mapping[str, Any]]
    minimum_commitment: Mapping[str, Any] | None
    usage_thresholds: Sequence[Mapping[str, Any]]
