"""The columns of a plan that its commands write."""

from collections.abc import Mapping
from typing import Any

from plans.models import Plan
from plans.periods import MONTHLY_BILLABLE

COLUMNS = (
    "name",
    "code",
    "description",
    "invoice_display_name",
    "interval",
    "amount_cents",
    "amount_currency",
    "pay_in_advance",
    "trial_period",
    "bill_charges_monthly",
    "bill_fixed_charges_monthly",
    "metadata",
)


def set_plan_columns(plan: Plan, fields: Mapping[str, Any]) -> None:
    for name in COLUMNS:
        if name in fields:
            setattr(plan, name, fields[name])
    if plan.interval not in MONTHLY_BILLABLE:
        # Shorter intervals are billed at least that often (P5).
        plan.bill_charges_monthly = plan.bill_fixed_charges_monthly = False
