"""The body of a billable metric."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from usage.aggregation import AggregationType, RoundingFunction, WeightedInterval

MOST_ROUNDING_DIGITS = 20


class AllowedValuesInput(CommandInput):
    key = fields.Text(required=True)
    values = fields.ListOf(fields.Text(required=True), required=True, allow_empty=False)


class BillableMetricInput(CommandInput):
    root_name = "billable_metric"

    name = fields.Text(required=True)
    code = fields.Code()
    description = fields.Text(max_length=None)
    aggregation_type = fields.Choice(AggregationType, required=True)
    field_name = fields.Text()  # type: ignore[assignment]
    recurring = fields.Flag()
    weighted_interval = fields.Choice(WeightedInterval, allow_null=True)
    expression = fields.Text(max_length=None)
    rounding_function = fields.Choice(RoundingFunction, allow_null=True)
    rounding_precision = fields.Whole(allow_null=True, min_value=-MOST_ROUNDING_DIGITS, max_value=MOST_ROUNDING_DIGITS)
    filters = fields.ListOf(AllowedValuesInput(), allow_null=True)
