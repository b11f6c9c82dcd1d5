"""What the last invoice of a subscription covers (3-B4, 3-B15), and what the next one leaves to it."""

from plans.periods import TICK, boundaries_at, current_period, terminating_boundaries
from tests.plans.periods.agreements import agreement, days, instant, shown


def test_the_current_period_is_cut_after_the_instant_of_the_termination():
    at = instant("2024-03-12 15:30")

    boundaries = terminating_boundaries(agreement(), at, elapsed_period_billed=True)

    assert shown(boundaries.subscription) == ("2024-03-01 00:00:00", "2024-03-12 15:30:00")
    assert shown(boundaries.charges) == shown(boundaries.commitment) == shown(boundaries.subscription)
    assert boundaries.charges is not None and at in boundaries.charges
    assert boundaries.charges.end == at + TICK
    assert boundaries.period_days == 31


def test_an_advance_plan_has_its_fee_already():
    boundaries = terminating_boundaries(
        agreement(pay_in_advance=True), instant("2024-03-12 15:30"), elapsed_period_billed=True
    )

    assert not boundaries.is_subscription_due
    assert shown(boundaries.charges) == ("2024-03-01 00:00:00", "2024-03-12 15:30:00")


def test_on_a_billing_day_without_periodic_invoice_the_elapsed_period_is_billed():
    at = instant("2024-03-01 02:00")

    unbilled = terminating_boundaries(agreement(), at, elapsed_period_billed=False)
    billed = terminating_boundaries(agreement(), at, elapsed_period_billed=True)

    assert shown(unbilled.subscription) == shown(unbilled.charges) == days("2024-02-01", "2024-02-29")
    assert unbilled.period_days == 29
    assert shown(billed.subscription) == ("2024-03-01 00:00:00", "2024-03-01 02:00:00")


def test_only_what_begins_on_that_day_is_the_elapsed_one():
    terms = agreement("yearly", started_at="2023-01-01", bill_charges_monthly=True)

    boundaries = terminating_boundaries(terms, instant("2024-03-01 02:00"), elapsed_period_billed=False)

    assert shown(boundaries.charges) == days("2024-02-01", "2024-02-29")
    assert shown(boundaries.subscription) == ("2024-01-01 00:00:00", "2024-03-01 02:00:00")


def test_a_subscription_that_ends_on_the_day_of_its_start_has_no_elapsed_period():
    terms = agreement(started_at="2024-03-01 01:00")

    boundaries = terminating_boundaries(terms, instant("2024-03-01 02:00"), elapsed_period_billed=False)

    assert shown(boundaries.subscription) == ("2024-03-01 00:00:00", "2024-03-01 02:00:00")
    assert shown(boundaries.charges) == ("2024-03-01 01:00:00", "2024-03-01 02:00:00")


def test_the_billing_day_is_that_of_the_customer():
    # 1 March, 01:00 in Paris.
    terms = agreement(timezone="Europe/Paris")

    boundaries = terminating_boundaries(terms, instant("2024-03-01 00:00"), elapsed_period_billed=False)

    assert shown(boundaries.charges) == ("2024-01-31 23:00:00", "2024-02-29 22:59:59")


def test_every_range_of_a_terminated_subscription_stops_there():
    terms = agreement(terminated_at="2024-02-20 12:00")

    assert shown(boundaries_at(terms, instant("2024-03-01")).charges) == ("2024-02-01 00:00:00", "2024-02-20 12:00:00")
    assert shown(current_period(terms, instant("2024-02-25")).charges) == ("2024-02-01 00:00:00", "2024-02-20 12:00:00")


def test_a_subscription_that_takes_over_covers_nothing_that_was_billed_before():
    # Created again with the old anchor: the end of the one before is inclusive.
    handover = instant("2024-02-20 12:00")
    terms = agreement(replaces_subscription_terminated_at="2024-02-20 12:00")

    boundaries = boundaries_at(terms, instant("2024-03-01"))

    assert shown(boundaries.subscription) == days("2024-02-20", "2024-02-29")
    assert shown(boundaries.charges) == ("2024-02-20 12:00:00", "2024-02-29 23:59:59")
    assert boundaries.charges is not None and boundaries.charges.start == handover + TICK


def test_what_ended_before_the_start_changes_nothing():
    terms = agreement(replaces_subscription_terminated_at="2023-12-20 12:00")

    assert boundaries_at(terms, instant("2024-02-01")) == boundaries_at(agreement(), instant("2024-02-01"))
