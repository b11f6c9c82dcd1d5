"""Periods tile time, whatever the anchor, interval, zone and billing time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.periods import (
    TICK,
    BillingInterval,
    BillingTime,
    DayShare,
    PreviousInvoice,
    Terms,
    beginning_of_current_period,
    boundaries_at,
    commitment_days,
    current_period,
    days_between,
    is_billing_date,
    local_date,
    next_billing_at,
    next_end_of_period,
    period_days_at,
    previous_beginning_of_period,
    start_of_day,
    subscription_fee_days,
    terminating_boundaries,
)

# Half-hour offsets, 26 hours between the outermost, midnights that summer time skips or repeats.
ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Niue",
    "America/Nuuk",
    "Atlantic/Azores",
    "America/Asuncion",
]

FIRST, LAST = datetime(2012, 1, 1), datetime(2040, 1, 1)
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@st.composite
def agreements(draw: st.DrawFn) -> Terms:
    anchor = draw(instants)
    return Terms(
        interval=draw(st.sampled_from(BillingInterval)),
        billing_time=draw(st.sampled_from(BillingTime)),
        timezone=draw(st.sampled_from(ZONES)),
        subscription_at=anchor,
        started_at=anchor,
        pay_in_advance=draw(st.booleans()),
        bill_charges_monthly=draw(st.booleans()),
        bill_fixed_charges_monthly=draw(st.booleans()),
    )


spans = st.timedeltas(timedelta(0), timedelta(days=1500))


@given(agreements(), instants)
def test_every_instant_lies_in_one_period_and_its_neighbours_touch_it(terms: Terms, at: datetime):
    start, end = beginning_of_current_period(terms, at), next_end_of_period(terms, at)

    assert start <= at < end
    assert beginning_of_current_period(terms, start) == start
    assert next_end_of_period(terms, end - TICK) == end
    assert beginning_of_current_period(terms, end) == end
    assert previous_beginning_of_period(terms, end) == start


@given(agreements(), spans)
def test_billing_instants_grow_and_are_the_first_instants_of_billing_days(terms: Terms, span: timedelta):
    after = terms.started_at + span

    billing_at = next_billing_at(terms, after)

    day = local_date(billing_at, terms.timezone)
    assert after < billing_at == start_of_day(day, terms.timezone)
    assert is_billing_date(terms, day)
    assert local_date(billing_at - TICK, terms.timezone) < day
    between = (local_date(after, terms.timezone) + timedelta(days=n) for n in range(1, 400))
    assert next(other for other in between if is_billing_date(terms, other)) == day


@given(agreements())
def test_consecutive_invoices_leave_no_gap_and_no_overlap(terms: Terms):
    invoices = []
    billing_at = terms.started_at
    for _ in range(30):
        billing_at = next_billing_at(terms, billing_at)
        invoices.append((billing_at, boundaries_at(terms, billing_at)))

    for name in ("charges", "fixed_charges"):
        ranges = [(at, getattr(boundaries, name)) for at, boundaries in invoices if getattr(boundaries, name)]
        assert not ranges or ranges[0][1].start == terms.started_at
        assert all(covered.end == at for at, covered in ranges)
        assert all(former.end == latter.start for (_, former), (_, latter) in pairwise(ranges))
    fees = [boundaries.subscription for _, boundaries in invoices if boundaries.is_subscription_due]
    assert all(former.end == latter.start for former, latter in pairwise(fees))


@given(agreements(), spans)
def test_current_usage_becomes_what_the_next_invoice_bills(terms: Terms, span: timedelta):
    at = terms.started_at + span

    now = current_period(terms, at)
    assert now.charges is not None and at in now.charges
    billed = boundaries_at(terms, now.charges.end)

    assert billed.charges in (now.charges, None)
    if billed.charges:
        assert billed.charges_days == now.charges_days


@given(agreements(), spans)
def test_a_termination_covers_its_instant_and_nothing_later(terms: Terms, span: timedelta):
    at = terms.started_at + span

    ended = terminating_boundaries(terms, at, elapsed_period_billed=True)

    for covered in (ended.subscription, ended.charges, ended.fixed_charges, ended.commitment):
        assert covered is not None and covered.end == at + TICK
    assert 1 <= subscription_fee_days(terms, ended, has_previous_subscription=True).days <= ended.period_days


@given(agreements(), spans, st.sampled_from(BillingInterval))
def test_a_new_subscription_goes_on_where_the_old_one_ended(terms: Terms, span: timedelta, interval: BillingInterval):
    at = terms.started_at + span
    successor = replace(terms, interval=interval, started_at=at, replaces_subscription_terminated_at=at)

    last = terminating_boundaries(terms, at, elapsed_period_billed=True)
    first = current_period(successor, at)

    assert last.charges is not None and first.charges is not None
    assert last.charges.end == first.charges.start


@given(agreements(), spans, st.sampled_from(ZONES))
def test_a_change_of_time_zone_leaves_no_gap_and_no_overlap(terms: Terms, span: timedelta, timezone: str):
    billing_at = next_billing_at(terms, terms.started_at + span)
    billed = boundaries_at(terms, billing_at)
    assume(billed.charges)
    assert billed.charges is not None
    day = local_date(billing_at, terms.timezone)
    moved = replace(
        terms,
        timezone=timezone,
        # The anchor's date stays the same, so that only the midnights move.
        subscription_at=start_of_day(local_date(terms.subscription_at, terms.timezone), timezone),
        previous_invoice=PreviousInvoice(terms.timezone, billed.charges.end),
    )

    following = current_period(moved, start_of_day(day, timezone))

    assert following.charges is not None
    assert following.charges.start == billed.charges.end


@given(agreements(), spans)
def test_the_parts_of_a_period_add_up_to_it(terms: Terms, span: timedelta):
    at = terms.started_at + span
    start, end = beginning_of_current_period(terms, at), next_end_of_period(terms, at)
    cut = start_of_day(local_date(at, terms.timezone), terms.timezone)

    parts = days_between(start, cut, terms.timezone) + days_between(cut, end, terms.timezone)

    assert parts == days_between(start, end, terms.timezone) == period_days_at(terms, local_date(at, terms.timezone))


@given(agreements(), st.lists(st.floats(0, 1, exclude_max=True), max_size=4))
def test_what_a_chain_of_upgrades_pays_and_commits_to_is_the_whole_period(terms: Terms, changes: list[float]):
    terms = replace(terms, pay_in_advance=False, bill_charges_monthly=False, bill_fixed_charges_monthly=False)
    start, end = beginning_of_current_period(terms, terms.started_at), next_end_of_period(terms, terms.started_at)
    # A change that rounds to the very end of the period would be of the next one.
    instants = [start, *(min(start + change * (end - start), end - TICK) for change in sorted(changes))]

    paid = [_ended(replace(terms, started_at=one), other) for one, other in pairwise(instants)]
    last = replace(terms, started_at=instants[-1])
    whole = boundaries_at(last, end)
    paid.append((subscription_fee_days(last, whole), commitment_days(last, whole)))

    for shares in zip(*paid, strict=True):
        assert {share.period_days for share in shares} == {whole.period_days}
        # The day of each upgrade is the new plan's alone, so that the parts of the price add up to the price.
        assert sum(share.days for share in shares) == whole.period_days


def _ended(terms: Terms, at: datetime) -> tuple[DayShare, DayShare]:
    """What a plan that ``at`` an upgrade is left bills of its fee and of its commitment."""
    ended = terminating_boundaries(terms, at, elapsed_period_billed=False)
    fee = subscription_fee_days(terms, ended, upgraded_at=at, has_previous_subscription=True)
    committed = commitment_days(terms, ended, upgraded_at=at)
    assert committed is not None
    return fee, committed


@given(agreements(), st.integers(2013, 2038))
@example(
    Terms(
        BillingInterval.WEEKLY,
        BillingTime.CALENDAR,
        "UTC",
        datetime(2024, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 1, tzinfo=UTC),
    ),
    2024,
)
def test_the_periods_that_meet_a_year_cover_all_its_days(terms: Terms, year: int):
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days, day = 0, first
    while day < after:
        end = local_date(next_end_of_period(terms, start_of_day(day, terms.timezone)), terms.timezone)
        days += (min(end, after) - day).days
        day = end

    assert days == (after - first).days


@given(st.sampled_from(ZONES), instants, instants)
def test_days_between_midnights_are_the_difference_of_the_dates(timezone: str, one: datetime, other: datetime):
    first, last = sorted((local_date(one, timezone), local_date(other, timezone)))

    assert days_between(start_of_day(first, timezone), start_of_day(last, timezone), timezone) == (last - first).days
