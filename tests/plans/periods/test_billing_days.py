"""On which days a periodic invoice is due, and the edges of periods (3-B9, 3-B10, 3-S15)."""

from datetime import date

import pytest

from plans.periods import (
    beginning_of_current_period,
    is_billing_date,
    is_first_month_after_first_period,
    next_billing_at,
    next_end_of_period,
    next_period_date,
    previous_beginning_of_period,
)
from tests.plans.periods.agreements import agreement, instant


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (agreement("weekly"), [(1, 22), (1, 29), (2, 5)]),
        (agreement("weekly", "anniversary", started_at="2024-01-17"), [(1, 24), (1, 31), (2, 7)]),
        (agreement("monthly"), [(2, 1), (3, 1), (4, 1)]),
        (agreement("monthly", "anniversary", started_at="2024-01-31"), [(2, 29), (3, 31), (4, 30)]),
        (agreement("quarterly"), [(4, 1), (7, 1), (10, 1)]),
        (agreement("quarterly", "anniversary", started_at="2024-01-30"), [(4, 30), (7, 30), (10, 30)]),
        (agreement("semiannual", "anniversary", started_at="2023-08-31"), [(2, 29), (8, 31)]),
        (agreement("yearly", "anniversary", started_at="2020-02-29"), [(2, 29)]),
        (agreement("yearly", bill_charges_monthly=True), [(2, 1), (3, 1), (4, 1)]),
        (agreement("semiannual", bill_fixed_charges_monthly=True), [(2, 1), (3, 1), (4, 1)]),
        (agreement("quarterly", bill_charges_monthly=True), [(4, 1), (7, 1), (10, 1)]),
    ],
    ids=lambda value: f"{value.interval}-{value.billing_time}" if hasattr(value, "interval") else "",
)
def test_billing_days_are_those_on_which_a_period_starts(terms, expected):
    every_day = [date.fromordinal(day) for day in range(date(2024, 1, 16).toordinal(), date(2025, 1, 1).toordinal())]

    due = [(day.month, day.day) for day in every_day if is_billing_date(terms, day)]

    assert due[: len(expected)] == expected


def test_nothing_is_billed_on_the_day_of_the_start_or_before():
    terms = agreement(started_at="2024-02-01 10:00")

    assert not is_billing_date(terms, date(2024, 1, 1))
    assert not is_billing_date(terms, date(2024, 2, 1))
    assert next_billing_at(terms, terms.started_at) == instant("2024-03-01")
    assert next_billing_at(terms, instant("2024-01-10")) == instant("2024-03-01")


def test_the_day_on_which_a_subscription_ends_is_left_to_its_termination():
    terms = agreement(ending_at="2024-03-01 12:00")

    assert not is_billing_date(terms, date(2024, 3, 1))
    assert next_billing_at(terms, instant("2024-02-10")) == instant("2024-04-01")


def test_the_next_billing_is_strictly_later():
    assert next_billing_at(agreement(), instant("2024-03-01")) == instant("2024-04-01")
    assert next_billing_at(agreement(), instant("2024-02-29 23:59:59")) == instant("2024-03-01")


@pytest.mark.parametrize(
    ("timezone", "after", "expected"),
    [
        ("America/Bogota", "2024-02-20", "2024-03-01 05:00"),
        ("Asia/Kolkata", "2024-02-20", "2024-02-29 18:30"),
        ("Europe/Paris", "2024-03-20", "2024-03-31 22:00"),
    ],
)
def test_billing_starts_at_the_midnight_of_the_customer(timezone, after, expected):
    assert next_billing_at(agreement(timezone=timezone), instant(after)) == instant(expected)


def test_the_edges_around_an_instant():
    terms, at = agreement("quarterly", "anniversary", started_at="2024-01-31"), instant("2024-05-10")

    assert previous_beginning_of_period(terms, at) == instant("2024-01-31")
    assert beginning_of_current_period(terms, at) == instant("2024-04-30")
    assert next_end_of_period(terms, at) == instant("2024-07-31")
    assert next_period_date(terms, at) == date(2024, 7, 31)


def test_the_first_month_after_the_first_period():
    terms = agreement("semiannual", started_at="2021-03-15")

    assert is_first_month_after_first_period(terms, instant("2021-07-15"))
    assert not is_first_month_after_first_period(terms, instant("2021-08-15"))
    assert not is_first_month_after_first_period(terms, instant("2022-01-15"))
