"""The price of given units: charge properties in, amounts in currency units out. Pure."""

from plans.rating.adjusted import usage_of
from plans.rating.charge_model import NOTHING, ChargeModel, ChargeModelName
from plans.rating.curve import CurvePoint, price_curve
from plans.rating.exact import plain
from plans.rating.fixed_units import fixed_usage, units_by_days
from plans.rating.grouping import Grouping, PresentationGroupKey
from plans.rating.minimums import (
    charge_true_up_cents,
    commitment_true_up_cents,
    minimum_commitment_amount_cents,
    prorated_minimum_cents,
)
from plans.rating.projection import projected_units
from plans.rating.properties import default_properties, normalized, parse_properties
from plans.rating.quote import ChargeQuote, PlanQuote, PricedSample, Sample, price_sample
from plans.rating.rate import needs_transactions, rate, rate_in_advance, rate_instantly
from plans.rating.rated import Rated, Step, StepKind
from plans.rating.stored_steps import stored_steps
from plans.rating.units_in_force import UnitsChange, UnitsSegment, says_something_new, units_segments
from plans.rating.usage import Usage
from usage.aggregation import ProratedEvent

__all__ = [
    "NOTHING",
    "ChargeModel",
    "ChargeModelName",
    "ChargeQuote",
    "CurvePoint",
    "Grouping",
    "PlanQuote",
    "PresentationGroupKey",
    "PricedSample",
    "ProratedEvent",
    "Rated",
    "Sample",
    "Step",
    "StepKind",
    "UnitsChange",
    "UnitsSegment",
    "Usage",
    "charge_true_up_cents",
    "commitment_true_up_cents",
    "default_properties",
    "fixed_usage",
    "minimum_commitment_amount_cents",
    "needs_transactions",
    "normalized",
    "parse_properties",
    "plain",
    "price_curve",
    "price_sample",
    "projected_units",
    "prorated_minimum_cents",
    "rate",
    "rate_in_advance",
    "rate_instantly",
    "says_something_new",
    "stored_steps",
    "units_by_days",
    "units_segments",
    "usage_of",
]
