"""Which ranges a periodic invoice covers (3-B1 to 3-B8, 3-B11)."""

import pytest

from plans.periods import (
    PreviousInvoice,
    boundaries_at,
    current_period,
    period_days_at,
    starting_boundaries,
)
from tests.plans.periods.agreements import agreement, days, instant, shown


@pytest.mark.parametrize(
    ("interval", "billing_at", "first", "last", "length"),
    [
        ("weekly", "2024-03-04", "2024-02-26", "2024-03-03", 7),
        ("monthly", "2024-03-01", "2024-02-01", "2024-02-29", 29),
        ("quarterly", "2024-07-01", "2024-04-01", "2024-06-30", 91),
        ("semiannual", "2024-07-01", "2024-01-15", "2024-06-30", 182),
        ("yearly", "2025-01-01", "2024-01-15", "2024-12-31", 366),
    ],
)
def test_calendar_periods_in_arrears_bill_what_elapsed(interval, billing_at, first, last, length):
    boundaries = boundaries_at(agreement(interval), instant(billing_at))

    assert shown(boundaries.subscription) == days(first, last)
    assert boundaries.period_days == length


@pytest.mark.parametrize(
    ("anchor", "billing_at", "first", "last"),
    [
        ("2023-01-31", "2023-02-28", "2023-01-31", "2023-02-27"),
        ("2023-01-31", "2023-03-31", "2023-02-28", "2023-03-30"),
        ("2023-01-31", "2023-04-30", "2023-03-31", "2023-04-29"),
        ("2023-01-30", "2024-02-29", "2024-01-30", "2024-02-28"),
        ("2023-01-15", "2024-02-15", "2024-01-15", "2024-02-14"),
    ],
)
def test_an_anniversary_on_a_day_that_a_month_lacks_is_its_last_day_and_does_not_stick(anchor, billing_at, first, last):
    boundaries = boundaries_at(agreement("monthly", "anniversary", started_at=anchor), instant(billing_at))

    assert shown(boundaries.subscription) == days(first, last)


def test_a_yearly_anniversary_on_29_february_falls_on_the_28th_of_common_years():
    terms = agreement("yearly", "anniversary", started_at="2020-02-29")

    assert shown(boundaries_at(terms, instant("2021-02-28")).subscription) == days("2020-02-29", "2021-02-27")
    assert shown(boundaries_at(terms, instant("2024-02-29")).subscription) == days("2023-02-28", "2024-02-28")


def test_an_advance_plan_pays_the_coming_period_and_the_usage_of_the_elapsed_one():
    boundaries = boundaries_at(agreement(pay_in_advance=True), instant("2024-03-01 00:10"))

    assert shown(boundaries.subscription) == days("2024-03-01", "2024-03-31")
    assert shown(boundaries.charges) == shown(boundaries.fixed_charges) == days("2024-02-01", "2024-02-29")
    assert (boundaries.period_days, boundaries.charges_days, boundaries.fixed_charges_days) == (31, 29, 29)


def test_the_day_of_the_start_is_paid_whole_but_usage_counts_from_its_second():
    boundaries = boundaries_at(agreement(), instant("2024-02-01"))

    assert shown(boundaries.subscription) == days("2024-01-15", "2024-01-31")
    assert shown(boundaries.charges) == ("2024-01-15 10:00:00", "2024-01-31 23:59:59")
    assert boundaries.period_days == 31  # The whole January, not the part of it.


def test_days_are_those_of_the_customer():
    # Midnight in Tokyo is 15:00 UTC; the start, 20:00 UTC on the 15th, is on the 16th there.
    terms = agreement(started_at="2024-01-15 20:00", timezone="Asia/Tokyo")

    boundaries = boundaries_at(terms, instant("2024-01-31 15:00"))

    assert shown(boundaries.subscription) == ("2024-01-15 15:00:00", "2024-01-31 14:59:59")


def test_the_anchor_is_the_local_date_of_the_subscription():
    # 02:00 UTC on 1 March is still 29 February in Lima.
    terms = agreement("monthly", "anniversary", started_at="2024-03-01 02:00", timezone="America/Lima")

    assert shown(boundaries_at(terms, instant("2024-03-29 05:00")).subscription) == (
        "2024-02-29 05:00:00",
        "2024-03-29 04:59:59",
    )


def test_a_midnight_that_summer_time_skips_is_the_first_instant_of_its_day():
    # Beirut skips 00:00 to 01:00 on Sunday, 31 March 2024; the anniversary day starts at 01:00 summer time, 22:00 UTC.
    terms = agreement("monthly", "anniversary", started_at="2024-01-31", timezone="Asia/Beirut")

    assert shown(boundaries_at(terms, instant("2024-03-31")).subscription) == (
        "2024-02-28 22:00:00",
        "2024-03-30 21:59:59",
    )


class TestMonthlyUsageOfLongerPlans:
    def test_usage_is_billed_by_the_month_and_the_rest_with_the_first_month(self):
        terms = agreement("yearly", "anniversary", started_at="2023-01-15", bill_charges_monthly=True)

        in_between = boundaries_at(terms, instant("2024-03-15"))
        closing = boundaries_at(terms, instant("2024-01-15"))

        assert shown(in_between.charges) == days("2024-02-15", "2024-03-14")
        assert (in_between.fixed_charges, in_between.commitment) == (None, None)
        assert not in_between.is_subscription_due
        assert shown(closing.charges) == days("2023-12-15", "2024-01-14")
        assert shown(closing.fixed_charges) == shown(closing.commitment) == days("2023-01-15", "2024-01-14")
        assert closing.is_subscription_due
        assert (closing.charges_days, closing.fixed_charges_days, closing.period_days) == (31, 365, 365)

    def test_fixed_charges_alone_leave_usage_to_the_first_month(self):
        terms = agreement("semiannual", started_at="2023-01-01", bill_fixed_charges_monthly=True)

        boundaries = boundaries_at(terms, instant("2024-03-01"))

        assert boundaries.charges is None
        assert shown(boundaries.fixed_charges) == days("2024-02-01", "2024-02-29")

    def test_the_subscription_range_of_a_month_without_fee_ends_at_the_start(self):
        terms = agreement("yearly", "anniversary", started_at="2024-01-31 01:00", bill_charges_monthly=True)

        boundaries = boundaries_at(terms, instant("2024-02-29"))

        assert shown(boundaries.subscription) == ("2024-01-31 00:00:00", "2024-01-31 01:00:00")
        assert not boundaries.is_subscription_due
        assert boundaries.commitment is None

    def test_an_advance_plan_shows_the_period_it_is_in(self):
        terms = agreement(
            "yearly", "anniversary", started_at="2024-01-31", pay_in_advance=True, bill_charges_monthly=True
        )

        boundaries = boundaries_at(terms, instant("2024-02-29"))

        assert shown(boundaries.subscription) == days("2024-01-31", "2025-01-30")
        assert not boundaries.is_subscription_due

    def test_shorter_plans_ignore_it(self):
        terms = agreement("quarterly", bill_charges_monthly=True)

        assert shown(boundaries_at(terms, instant("2024-07-01")).charges) == days("2024-04-01", "2024-06-30")


class TestStart:
    def test_an_advance_plan_pays_from_the_day_of_its_start_and_no_usage(self):
        boundaries = starting_boundaries(agreement(pay_in_advance=True), instant("2024-01-15 10:00"))

        assert shown(boundaries.subscription) == days("2024-01-15", "2024-01-31")
        assert shown(boundaries.charges) == ("2024-01-15 10:00:00", "2024-01-15 10:00:00")
        assert boundaries.charges is not None and boundaries.charges.is_empty
        assert boundaries.is_subscription_due
        assert boundaries.commitment is None

    def test_the_fee_is_due_in_whatever_month_of_the_period_the_plan_starts(self):
        terms = agreement("yearly", started_at="2024-05-20", pay_in_advance=True, bill_charges_monthly=True)

        boundaries = starting_boundaries(terms, instant("2024-05-20"))

        assert shown(boundaries.subscription) == days("2024-05-20", "2024-12-31")
        assert boundaries.is_subscription_due

    def test_an_arrears_plan_owes_nothing_yet(self):
        boundaries = starting_boundaries(agreement(), instant("2024-01-15 10:00"))

        assert not boundaries.is_subscription_due
        assert boundaries.charges is not None and boundaries.charges.is_empty


class TestCurrentPeriod:
    def test_it_is_the_period_of_the_instant_for_advance_and_arrears_plans_alike(self):
        for pay_in_advance in (False, True):
            boundaries = current_period(agreement(pay_in_advance=pay_in_advance), instant("2024-01-20"))

            assert shown(boundaries.subscription) == days("2024-01-15", "2024-01-31")
            assert shown(boundaries.charges) == ("2024-01-15 10:00:00", "2024-01-31 23:59:59")

    def test_what_is_billed_monthly_shows_its_month(self):
        terms = agreement("yearly", started_at="2023-01-01", bill_charges_monthly=True)

        boundaries = current_period(terms, instant("2024-02-10"))

        assert shown(boundaries.charges) == days("2024-02-01", "2024-02-29")
        assert shown(boundaries.fixed_charges) == days("2024-01-01", "2024-12-31")


class TestChangeOfTimeZone:
    @pytest.mark.parametrize(
        ("timezone", "before", "midnight_before"),
        [
            ("America/Los_Angeles", "America/New_York", "2024-02-01 05:00"),
            ("Europe/Paris", "America/New_York", "2024-02-01 05:00"),
            ("Pacific/Kiritimati", "Pacific/Niue", "2024-02-01 11:00"),
        ],
    )
    def test_usage_goes_on_where_the_previous_invoice_stopped(self, timezone, before, midnight_before):
        terms = agreement(
            timezone=timezone,
            started_at="2023-01-01",
            previous_invoice=PreviousInvoice(before, instant(midnight_before), instant(midnight_before)),
        )

        boundaries = boundaries_at(terms, instant("2024-03-01 12:00"))

        assert boundaries.charges is not None and boundaries.charges.start == instant(midnight_before)
        assert boundaries.fixed_charges is not None and boundaries.fixed_charges.start == instant(midnight_before)

    def test_an_older_invoice_has_no_say(self):
        previous = PreviousInvoice("America/New_York", charges_end=instant("2024-01-01 05:00"))
        terms = agreement(timezone="America/Los_Angeles", started_at="2023-01-01", previous_invoice=previous)

        boundaries = boundaries_at(terms, instant("2024-03-01 12:00"))

        assert shown(boundaries.charges) == ("2024-02-01 08:00:00", "2024-03-01 07:59:59")


def test_the_length_of_a_period_is_that_of_the_whole_one_around_a_date():
    terms = agreement("yearly", "anniversary", started_at="2023-03-15")

    # 15 March 2023 up to 15 March 2024 has a 29 February, the next year has not.
    assert period_days_at(terms, instant("2023-10-10").date()) == 366
    assert period_days_at(terms, instant("2024-10-10").date()) == 365


def test_terms_need_a_known_time_zone_and_aware_instants():
    with pytest.raises(KeyError):
        agreement(timezone="Europe/Atlantis")
    with pytest.raises(ValueError, match="aware"):
        agreement(subscription_at=instant("2024-01-01").replace(tzinfo=None))
