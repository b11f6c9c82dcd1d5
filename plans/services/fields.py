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


class FixedChargeFields(TypedDict, total=False):
    """``id`` names an existing fixed charge of the plan, ``add_on_id`` or ``add_on_code`` what it sells.

    ``apply_units_immediately``: subscriptions have new ``units`` at once instead of from their next period on (F4).
    """

    id: str | None
    add_on_id: UUID
    add_on_code: str
    code: str
    charge_model: str
    properties: Mapping[str, Any] | None
    units: Decimal
    invoice_display_name: str
    pay_in_advance: bool
    prorated: bool
    tax_codes: Sequence[str]
    apply_units_immediately: bool


class CommitmentFields(TypedDict, total=False):
    """Of a minimum commitment, in cents of the plan's currency for each of its intervals (P6)."""

    amount_cents: int
    invoice_display_name: str
    tax_codes: Sequence[str]


class ThresholdFields(TypedDict, total=False):
    """An amount in cents of the plan's currency; a threshold is known by its amount and by whether it recurs."""

    id: str
    amount_cents: int
    recurring: bool
    threshold_display_name: str


class PlanFields(TypedDict, total=False):
    """The columns of a plan, and its parts besides charges; ``trial_period`` in days.

    ``cascade_updates``: what changes, changes on the plan's overrides too where they still have the old value (P9).
    """

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
    fixed_charges: Sequence[FixedChargeFields]
    minimum_commitment: CommitmentFields | None
    cascade_updates: bool
    usage_thresholds: Sequence[ThresholdFields]
