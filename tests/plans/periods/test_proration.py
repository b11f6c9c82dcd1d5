"""How many days are paid for (3-S1 to 3-S9, 3-R1 to 3-R4, 3-Q1)."""

from decimal import Decimal

import pytest

from plans.periods import (
    boundaries_at,
    commitment_days,
    covered_days,
    current_period,
    days_left,
    is_in_trial,
    starting_boundaries,
    subscription_fee_days,
    terminating_boundaries,
    trial_end_at,
    unused_days,
)
from tests.plans.periods.agreements import agreement, instant


class TestSubscriptionFee:
    def test_a_calendar_plan_in_advance_pays_from_the_day_of_its_start(self):
        # 16 to 30 April.
        terms = agreement(started_at="2024-04-16 18:00", pay_in_advance=True)

        assert subscription_fee_days(terms, starting_boundaries(terms, terms.started_at)) == (15, 30)

    def test_an_anniversary_plan_in_advance_is_never_prorated_at_its_start(self):
        terms = agreement(
            "monthly", "anniversary", subscription_at="2024-04-01", started_at="2024-04-16", pay_in_advance=True
        )

        assert subscription_fee_days(terms, starting_boundaries(terms, terms.started_at)) == (30, 30)

    def test_after_an_upgrade_the_anniversary_plan_pays_the_rest_of_its_period(self):
        # 28 September 2023 to 28 June 2024 = 275 of 366 days.
        terms = agreement(
            "yearly",
            "anniversary",
            subscription_at="2023-06-29 12:12",
            started_at="2023-09-28 05:00",
            pay_in_advance=True,
        )

        paid = subscription_fee_days(
            terms, starting_boundaries(terms, terms.started_at), has_previous_subscription=True
        )

        assert paid == (275, 366)

    def test_the_first_period_in_arrears_is_prorated_and_the_next_one_full(self):
        terms = agreement(started_at="2024-01-15 10:00")

        assert subscription_fee_days(terms, boundaries_at(terms, instant("2024-02-01"))) == (17, 31)
        assert subscription_fee_days(terms, boundaries_at(terms, instant("2024-03-01"))) == (29, 29)

    @pytest.mark.parametrize(("upgraded", "expected"), [(False, 12), (True, 11)])
    def test_the_day_of_the_termination_is_paid_but_that_of_an_upgrade_is_not(self, upgraded, expected):
        at = instant("2024-03-12 15:30")

        ended = terminating_boundaries(agreement(), at, elapsed_period_billed=True)

        assert subscription_fee_days(agreement(), ended, upgraded_at=at if upgraded else None) == (expected, 31)

    def test_a_termination_at_local_midnight_pays_that_day(self):
        at = instant("2024-03-12")

        assert subscription_fee_days(
            agreement(), terminating_boundaries(agreement(), at, elapsed_period_billed=True)
        ) == (
            12,
            31,
        )

    def test_an_upgrade_on_the_first_day_pays_nothing_on_the_old_plan(self):
        at = instant("2024-03-01 15:30")

        ended = terminating_boundaries(agreement(), at, elapsed_period_billed=True)

        assert subscription_fee_days(agreement(), ended, upgraded_at=at) == (0, 31)

    def test_an_upgrade_after_the_elapsed_period_takes_no_day_from_it(self):
        at = instant("2024-03-01 15:30")

        ended = terminating_boundaries(agreement(), at, elapsed_period_billed=False)

        assert subscription_fee_days(agreement(), ended, upgraded_at=at) == (29, 29)

    def test_days_of_summer_time_count_as_one(self):
        # October 2024 in Paris has 745 hours, March 743.
        terms = agreement(timezone="Europe/Paris")

        assert subscription_fee_days(terms, boundaries_at(terms, instant("2024-11-01"))) == (31, 31)
        assert subscription_fee_days(terms, boundaries_at(terms, instant("2024-04-01"))) == (31, 31)


class TestTrial:
    def test_it_ends_whole_days_of_24_hours_after_the_first_start(self):
        assert trial_end_at(instant("2024-03-04 21:00"), Decimal(7)) == instant("2024-03-11 21:00")
        assert trial_end_at(instant("2024-03-04 21:00"), Decimal("1.5")) == instant("2024-03-06 09:00")

    def test_the_day_of_its_end_is_paid(self):
        # 11 to 31 March.
        terms = agreement(started_at="2024-03-04 21:00", pay_in_advance=True)
        trial_end = instant("2024-03-11 21:00")

        boundaries = starting_boundaries(terms, trial_end)

        assert subscription_fee_days(terms, boundaries, trial_end=trial_end) == (21, 31)

    def test_days_are_those_of_the_customer(self):
        # 18:12 UTC on 1 April is the 2nd in Tokyo: 29 of 30 days.
        terms = agreement(started_at="2024-03-22 18:12", pay_in_advance=True, timezone="Asia/Tokyo")
        trial_end = instant("2024-04-01 18:12")

        assert subscription_fee_days(terms, starting_boundaries(terms, trial_end), trial_end=trial_end) == (29, 30)

    def test_a_period_within_the_trial_is_free(self):
        terms = agreement()

        assert subscription_fee_days(
            terms, boundaries_at(terms, instant("2024-02-01")), trial_end=instant("2024-02-01")
        ) == (
            0,
            31,
        )

    def test_a_trial_long_over_does_not_matter(self):
        boundaries = boundaries_at(agreement(), instant("2024-03-01"))

        assert subscription_fee_days(agreement(), boundaries, trial_end=instant("2024-01-20")) == (29, 29)

    def test_after_a_termination_the_days_run_from_the_instant_of_its_end(self):
        # 11 March 21:00 to 15 March 10:00 is 3 days and 13 hours, so 4 (3-R3: not the 5 dates).
        terms = agreement(started_at="2024-03-04 21:00")
        ended = terminating_boundaries(terms, instant("2024-03-15 10:00"), elapsed_period_billed=True)

        assert subscription_fee_days(terms, ended, trial_end=instant("2024-03-11 21:00")) == (4, 31)

    def test_the_trial_lasts_until_the_day_of_its_end(self):
        terms, trial_end = agreement(timezone="Asia/Tokyo"), instant("2024-04-01 18:12")

        assert is_in_trial(terms, trial_end, instant("2024-04-01 14:59"))
        assert not is_in_trial(terms, trial_end, instant("2024-04-01 15:00"))


class TestUnusedDays:
    @pytest.mark.parametrize(
        ("timezone", "at", "is_upgrade", "expected"),
        [
            ("UTC", "2022-10-15 10:00", False, 16),
            ("UTC", "2022-10-15 10:00", True, 17),
            ("Europe/Paris", "2022-10-14 22:30", False, 16),
            ("UTC", "2022-10-31 10:00", False, 0),
            ("UTC", "2022-10-31 10:00", True, 1),
            ("UTC", "2022-11-20 10:00", False, 0),
        ],
    )
    def test_they_follow_the_day_of_the_termination_and_include_that_of_an_upgrade(
        self, timezone, at, is_upgrade, expected
    ):
        terms = agreement(started_at="2022-09-01 12:00", pay_in_advance=True, timezone=timezone)
        paid = boundaries_at(terms, instant("2022-10-01 12:00")).subscription

        assert unused_days(terms, paid, instant(at), is_upgrade=is_upgrade) == (expected, 31)

    def test_on_the_day_of_the_start_one_day_is_used(self):
        terms = agreement(started_at="2024-02-01 03:00", pay_in_advance=True)
        paid = starting_boundaries(terms, terms.started_at).subscription

        assert unused_days(terms, paid, instant("2024-02-01 18:00")) == (28, 29)

    def test_nothing_is_used_until_the_trial_is_over(self):
        # The fee pays 11 to 31 March, 21 days; ended on the 11th, all of them are unused.
        terms = agreement(started_at="2024-03-04 21:00", pay_in_advance=True)
        paid = current_period(terms, terms.started_at).subscription

        for at in ("2024-03-09", "2024-03-11 23:00"):
            assert unused_days(terms, paid, instant(at), trial_end=instant("2024-03-11 21:00")) == (21, 31)
        assert unused_days(terms, paid, instant("2024-03-12"), trial_end=instant("2024-03-11 21:00")) == (19, 31)


class TestCommitment:
    def test_the_first_period_settles_the_days_from_the_start(self):
        # 4 February to 31 March = 56 of 90 days.
        terms = agreement("quarterly", started_at="2023-02-04")

        assert commitment_days(terms, boundaries_at(terms, instant("2023-04-01"))) == (56, 90)

    def test_an_advance_plan_settles_the_period_before_and_nothing_at_its_start(self):
        # 28 and 29 February.
        terms = agreement(started_at="2024-02-28 10:00", pay_in_advance=True)

        assert commitment_days(terms, starting_boundaries(terms, terms.started_at)) is None
        assert commitment_days(terms, boundaries_at(terms, instant("2024-03-01"))) == (2, 29)

    def test_a_termination_settles_the_days_up_to_it(self):
        for pay_in_advance in (False, True):
            terms = agreement(pay_in_advance=pay_in_advance)
            ended = terminating_boundaries(terms, instant("2024-03-12 15:30"), elapsed_period_billed=True)

            assert commitment_days(terms, ended) == (12, 31)

    def test_a_plan_that_bills_usage_monthly_settles_with_the_invoice_that_closes_the_period(self):
        terms = agreement("yearly", started_at="2023-07-01", bill_charges_monthly=True)

        assert commitment_days(terms, boundaries_at(terms, instant("2023-12-01"))) is None
        assert commitment_days(terms, boundaries_at(terms, instant("2024-01-01"))) == (184, 365)


def test_usage_up_to_a_termination_is_prorated_by_begun_days():
    # 1 February up to 25 February, 08:00.
    ended = terminating_boundaries(
        agreement(started_at="2023-01-08"), instant("2023-02-25 08:00"), elapsed_period_billed=True
    )

    assert ended.charges is not None
    assert covered_days(ended.charges, "UTC") == 25
    assert covered_days(ended.charges, "UTC", upgraded_at=instant("2023-02-25 08:00")) == 24


def test_days_left_include_the_day_itself():
    # 20 to 31 March; with an Auckland clock it is the 21st already.
    assert days_left(instant("2024-03-20 13:00"), instant("2024-04-01"), "UTC") == 12
    assert days_left(instant("2024-03-20 13:00"), instant("2024-03-31 11:00"), "Pacific/Auckland") == 11
