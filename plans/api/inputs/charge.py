"""The bodies of a charge and of its filters."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.row_id import RowId
from plans.models import RegroupPaidFees


class FilterValues(fields.FreeObject):
    """``{"key": ["value", …]}``; a number means its text (3-V5)."""

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        values = super().to_internal_value(data)
        if not all(isinstance(chosen, list) and all(map(_is_value, chosen)) for chosen in values.values()):
            self.fail("invalid")
        return {key: [str(value) for value in chosen] for key, chosen in values.items()}


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


class ChargeFilterInput(CommandInput):
    root_name = "filter"

    values = FilterValues(required=True)
    properties = fields.FreeObject(allow_null=True)
    invoice_display_name = fields.Text()


class PlanChargeFilterInput(ChargeFilterInput):
    cascade_updates = fields.Flag()


class ChargeInput(CommandInput):
    """What is mandatory depends on whether the charge exists already; the command knows."""

    root_name = "charge"

    id = fields.Text()
    billable_metric_id = RowId()
    code = fields.Text()
    charge_model = fields.Text()
    properties = fields.FreeObject(allow_null=True)
    invoice_display_name = fields.Text()
    pay_in_advance = fields.Flag()
    invoiceable = fields.Flag()
    regroup_paid_fees = fields.Choice(RegroupPaidFees, allow_null=True)
    prorated = fields.Flag()
    accepts_target_wallet = fields.Flag()
    min_amount_cents = fields.Cents()
    tax_codes = fields.ListOf(fields.Code())
    filters = fields.ListOf(ChargeFilterInput())
    applied_pricing_unit = fields.FreeObject(allow_null=True)


class PlanChargeInput(ChargeInput):
    """Outside a plan's body, whose own word on cascading holds for all of it."""

    cascade_updates = fields.Flag()


class SubscriptionChargeInput(CommandInput):
    """What one subscription may have otherwise than its plan says."""

    root_name = "charge"

    properties = fields.FreeObject(allow_null=True)
    min_amount_cents = fields.Cents()
    invoice_display_name = fields.Text()
    filters = fields.ListOf(ChargeFilterInput())
    tax_codes = fields.ListOf(fields.Code())
