"""The periods of subscriptions that follow each other, for any anchor, interval, zone and instants of change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from billing_site.kernel.intervals import Interval
from plans.periods import (
    TICK,
    BillingInterval,
    BillingTime,
    Terms,
    boundaries_at,
    next_billing_at,
    next_end_of_period,
    start_of_local_day,
    terminating_boundaries,
)

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/Paris", "Australia/Lord_Howe", "America/Santiago")
EARLIEST, LATEST = datetime(2019, 1, 1), datetime(2023, 1, 1)
instants = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
plans = st.tuples(st.sampled_from(BillingInterval), st.booleans(), st.booleans())


@st.composite
def chains(draw: st.DrawFn) -> list[Terms]:
    """Two to five plans: each ends where it is upgraded, or with its period."""
    anchor, zone = draw(instants), draw(st.sampled_from(ZONES))
    billing_time = draw(st.sampled_from(BillingTime))
    started_at, chain = anchor, []
    for interval, pay_in_advance, monthly in draw(st.lists(plans, min_size=2, max_size=5)):
        terms = Terms(
            interval=interval,
            billing_time=billing_time,
            timezone=zone,
            subscription_at=anchor,
            started_at=started_at,
            pay_in_advance=pay_in_advance,
            bill_charges_monthly=monthly,
        )
        at = started_at + draw(st.timedeltas(timedelta(0), timedelta(days=500)))
        is_upgrade = draw(st.booleans())
        ended_at = at if is_upgrade else next_end_of_period(terms, at)
        chain.append(replace(terms, terminated_at=ended_at))
        started_at = ended_at + TICK if is_upgrade else ended_at
    return chain


def usage_ranges(terms: Terms) -> list[Interval]:
    """What the invoices of one subscription cover: every period that begins before its end, then the rest."""
    assert terms.terminated_at is not None
    billed_at, ranges = next_billing_at(terms, terms.started_at), []
    # A plan that gives way with its period has no periodic invoice of that instant.
    while billed_at < terms.terminated_at:
        ranges.append(boundaries_at(terms, billed_at).charges)
        billed_at = next_billing_at(terms, billed_at)
    last_day = start_of_local_day(terms.terminated_at, terms.timezone)
    was_billed = bool(ranges) and next_billing_at(terms, last_day - TICK) == last_day < terms.terminated_at
    ranges.append(terminating_boundaries(terms, terms.terminated_at, elapsed_period_billed=was_billed).charges)
    return [each for each in ranges if each is not None and not each.is_empty]


@given(chains())
def test_usage_of_a_chain_of_plans_is_covered_once_without_gap(chain):
    ranges = [each for terms in chain for each in usage_ranges(terms)]
    assert ranges[0].start == chain[0].started_at
    assert all(one.end == other.start for one, other in pairwise(ranges))


@given(chains())
def test_each_plan_is_covered_to_its_end(chain):
    for terms, following in pairwise(chain):
        assert usage_ranges(terms)[-1].end == following.started_at
