"""The bodies of what is set by hand on fees."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.row_id import RowId


class ChangesInput(CommandInput):
    """``unit_precise_amount`` is in currency units."""

    units = fields.Number(min_value=0)
    unit_precise_amount = fields.Number(min_value=0)
    invoice_display_name = fields.Text()


class AdjustedFeeInput(ChangesInput):
    """A fee, or the price of one that has none because nothing was used."""

    root_name = "adjusted_fee"

    fee_id = RowId()
    external_subscription_id = fields.Text()
    charge_id = RowId()
    charge_filter_id = RowId()
    fixed_charge_id = RowId()


class RegeneratedFeeInput(ChangesInput):
    fee_id = RowId()


class RegenerateInput(CommandInput):
    """The body is not wrapped, and may be empty: then the fees are what they were."""

    root_name = ""

    fees = fields.ListOf(RegeneratedFeeInput(), max_items=1000)
