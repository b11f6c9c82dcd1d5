"""Issuing, finalization and due dates (3-I6 to 3-I8)."""

from datetime import date

import pytest

from plans.periods import (
    IssuingDateAdjustment,
    IssuingDateAnchor,
    IssuingRule,
    due_date,
    expected_finalization_date,
    finalized_issuing_date,
    issuing_date,
)

NEXT, END = IssuingDateAnchor.NEXT_PERIOD_START, IssuingDateAnchor.CURRENT_PERIOD_END
ALIGN, KEEP = IssuingDateAdjustment.ALIGN_WITH_FINALIZATION_DATE, IssuingDateAdjustment.KEEP_ANCHOR
BILLED_ON = date(2023, 2, 1)


@pytest.mark.parametrize(
    ("anchor", "adjustment", "grace", "expected"),
    [
        (NEXT, ALIGN, 0, date(2023, 2, 1)),
        (NEXT, ALIGN, 3, date(2023, 2, 4)),
        (NEXT, KEEP, 0, date(2023, 2, 1)),
        (NEXT, KEEP, 3, date(2023, 2, 1)),
        (END, ALIGN, 0, date(2023, 1, 31)),
        (END, ALIGN, 3, date(2023, 2, 4)),
        (END, KEEP, 0, date(2023, 1, 31)),
        (END, KEEP, 3, date(2023, 1, 31)),
    ],
)
def test_a_periodic_invoice_is_dated_by_anchor_and_adjustment(anchor, adjustment, grace, expected):
    assert issuing_date(IssuingRule(grace, anchor, adjustment), BILLED_ON, is_recurring=True) == expected


@pytest.mark.parametrize("anchor", IssuingDateAnchor)
@pytest.mark.parametrize("adjustment", IssuingDateAdjustment)
def test_other_invoices_are_dated_at_the_end_of_the_grace_period(anchor, adjustment):
    assert issuing_date(IssuingRule(3, anchor, adjustment), BILLED_ON, is_recurring=False) == date(2023, 2, 4)


def test_finalizing_dates_an_invoice_today_unless_it_keeps_its_anchor():
    draft, today = date(2023, 1, 31), date(2023, 2, 6)
    keeping, aligned = IssuingRule(3, END, KEEP), IssuingRule(3, END, ALIGN)

    assert finalized_issuing_date(keeping, draft, today, is_recurring=True) == draft
    assert finalized_issuing_date(keeping, draft, today, is_recurring=False) == today
    assert finalized_issuing_date(aligned, draft, today, is_recurring=True) == today


def test_a_draft_is_finalized_after_its_grace_period_and_due_after_the_payment_term():
    assert expected_finalization_date(IssuingRule(3), BILLED_ON) == date(2023, 2, 4)
    assert due_date(date(2023, 2, 4), 30) == date(2023, 3, 6)
