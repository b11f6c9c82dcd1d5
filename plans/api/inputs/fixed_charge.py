"""The bodies of a fixed charge, within a plan, on its own, and as a subscription has it."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.row_id import RowId


class FixedChargeInput(CommandInput):
    """What is mandatory depends on whether the fixed charge exists already; the command knows."""

    root_name = "fixed_charge"

    id = fields.Text()
    add_on_id = RowId()
    add_on_code = fields.Text()
    code = fields.Text()
    charge_model = fields.Text()
    properties = fields.FreeObject(allow_null=True)
    units = fields.Number(min_value=0)
    invoice_display_name = fields.Text()
    pay_in_advance = fields.Flag()
    prorated = fields.Flag()
    tax_codes = fields.ListOf(fields.Code())
    apply_units_immediately = fields.Flag()


class PlanFixedChargeInput(FixedChargeInput):
    """Outside a plan's body, whose own word on cascading holds for all of it."""

    cascade_updates = fields.Flag()


class SubscriptionFixedChargeInput(CommandInput):
    """What one subscription may have otherwise than its plan says."""

    root_name = "fixed_charge"

    units = fields.Number(min_value=0)
    apply_units_immediately = fields.Flag()
    properties = fields.FreeObject(allow_null=True)
    invoice_display_name = fields.Text()
    tax_codes = fields.ListOf(fields.Code())
