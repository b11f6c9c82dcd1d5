"""The dates an invoice carries: issuing, expected finalization, due (3-I6 to 3-I8). Civil dates of the customer."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from plans.periods.local_days import ONE_DAY


class IssuingDateAnchor(StrEnum):
    NEXT_PERIOD_START = "next_period_start"
    CURRENT_PERIOD_END = "current_period_end"


class IssuingDateAdjustment(StrEnum):
    ALIGN_WITH_FINALIZATION_DATE = "align_with_finalization_date"
    KEEP_ANCHOR = "keep_anchor"


@dataclass(frozen=True, slots=True)
class IssuingRule:
    """The customer's applicable settings: grace period in days, anchor and adjustment of periodic invoices."""

    grace_period_days: int = 0
    anchor: IssuingDateAnchor = IssuingDateAnchor.NEXT_PERIOD_START
    adjustment: IssuingDateAdjustment = IssuingDateAdjustment.ALIGN_WITH_FINALIZATION_DATE


def issuing_date(rule: IssuingRule, billing_date: date, *, is_recurring: bool) -> date:
    """The issuing date given when the invoice is made on ``billing_date`` (3-I6), also without a grace period (3-I7).

    Billed on 1 February with 3 days of grace: 4 February; kept at the end of the period: 31 January.
    """
    grace = timedelta(days=rule.grace_period_days)
    if not is_recurring:
        return billing_date + grace
    keeps_anchor = rule.adjustment is IssuingDateAdjustment.KEEP_ANCHOR
    if rule.anchor is IssuingDateAnchor.CURRENT_PERIOD_END and (keeps_anchor or not grace):
        return billing_date - ONE_DAY
    return billing_date if keeps_anchor else billing_date + grace


def finalized_issuing_date(rule: IssuingRule, draft_issuing_date: date, today: date, *, is_recurring: bool) -> date:
    """The issuing date of a draft finalized on ``today``: that day, unless a periodic one keeps its anchor (3-I8)."""
    keeps_anchor = rule.adjustment is IssuingDateAdjustment.KEEP_ANCHOR
    return draft_issuing_date if is_recurring and keeps_anchor else today


def expected_finalization_date(rule: IssuingRule, billing_date: date) -> date:
    """The day from which a draft is finalized by itself, compared with today's UTC date (3-I8)."""
    return billing_date + timedelta(days=rule.grace_period_days)


def due_date(issued_on: date, net_payment_term_days: int) -> date:
    """``payment_due_date``: issuing date plus the net payment term (3-I8)."""
    return issued_on + timedelta(days=net_payment_term_days)
