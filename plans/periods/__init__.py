"""All calendar rules of billing, pure: the only place where the customer's time zone exists.

``Terms`` go in, ``Boundaries`` and dates come out. Ranges are half-open intervals of UTC instants; a range that ends
with a termination includes that instant (``end = terminated_at + TICK``). ``wire_end`` turns ends into the inclusive
ones of the API.
"""

from plans.periods.alerts import termination_alert_at
from plans.periods.anniversaries import next_anniversary
from plans.periods.billing_days import (
    beginning_of_current_period,
    is_billing_date,
    is_first_month_after_first_period,
    next_billing_at,
    next_end_of_period,
    next_period_date,
    previous_beginning_of_period,
)
from plans.periods.boundaries import (
    Boundaries,
    boundaries_at,
    current_period,
    period_days_at,
    starting_boundaries,
    terminating_boundaries,
)
from plans.periods.issuing import (
    IssuingDateAdjustment,
    IssuingDateAnchor,
    IssuingRule,
    due_date,
    expected_finalization_date,
    finalized_issuing_date,
    issuing_date,
)
from plans.periods.local_days import (
    TICK,
    days_between,
    last_date,
    local_date,
    local_instant,
    start_of_day,
    start_of_local_day,
    wire_end,
)
from plans.periods.proration import (
    DayShare,
    commitment_days,
    covered_days,
    days_left,
    is_in_trial,
    subscription_fee_days,
    trial_end_at,
    unused_days,
)
from plans.periods.terms import MONTHLY_BILLABLE, BillingInterval, BillingTime, PreviousInvoice, Terms

__all__ = [
    "MONTHLY_BILLABLE",
    "TICK",
    "BillingInterval",
    "BillingTime",
    "Boundaries",
    "DayShare",
    "IssuingDateAdjustment",
    "IssuingDateAnchor",
    "IssuingRule",
    "PreviousInvoice",
    "Terms",
    "beginning_of_current_period",
    "boundaries_at",
    "commitment_days",
    "covered_days",
    "current_period",
    "days_between",
    "days_left",
    "due_date",
    "expected_finalization_date",
    "finalized_issuing_date",
    "is_billing_date",
    "is_first_month_after_first_period",
    "is_in_trial",
    "issuing_date",
    "last_date",
    "local_date",
    "local_instant",
    "next_anniversary",
    "next_billing_at",
    "next_end_of_period",
    "next_period_date",
    "period_days_at",
    "previous_beginning_of_period",
    "start_of_day",
    "start_of_local_day",
    "starting_boundaries",
    "subscription_fee_days",
    "terminating_boundaries",
    "termination_alert_at",
    "trial_end_at",
    "unused_days",
    "wire_end",
]
