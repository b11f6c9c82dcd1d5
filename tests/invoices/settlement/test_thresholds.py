"""What is passed on the way from one value to another."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import Completion, Direction, Threshold, completions, crossings
from invoices.settlement.thresholds import MOST_REPETITIONS

DOWN = Direction.DECREASING


def fixed(*values):
    return [Threshold(Decimal(value)) for value in values]


def every(value):
    return Threshold(Decimal(value), recurring=True)


def passed(thresholds, before, now, direction=Direction.INCREASING):
    return [int(each.value) for each in crossings(thresholds, Decimal(before), Decimal(now), direction)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(0, 99, []), (0, 100, [100]), (100, 299, []), (99, 300, [100, 300]), (300, 50, []), (300, 300, [])],
)
def test_reaching_counts_and_having_been_there_does_not(before, now, expected):
    assert passed(fixed(300, 100), before, now) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (0, 3500, [1000, 2000, 3000]),
        (3500, 5500, [4000, 5000]),
        (1000, 1999, []),
    ],
)
def test_a_recurring_threshold_alone_repeats_from_nothing_on(before, now, expected):
    assert passed([every(1000)], before, now) == expected


def test_beyond_the_last_fixed_threshold_the_recurring_one_repeats():
    # 300 + 50, 300 + 100; before that it does not count.
    assert passed([*fixed(100, 300), every(50)], 0, 420) == [100, 300, 350, 400]
    assert passed([*fixed(100, 300), every(50)], 0, 299) == [100]


def test_falling_balances_pass_from_above():
    assert passed(fixed(500, 100), 900, 100, DOWN) == [500, 100]
    assert passed(fixed(500, 100), 500, 400, DOWN) == []
    assert passed([*fixed(100), every(30)], 120, 30, DOWN) == [100, 70, 40]
    assert passed([every(30)], 95, 30, DOWN) == [90, 60, 30]
    assert passed([every(30)], 10, -60, DOWN) == [0, -30, -60]


def test_of_a_tiny_step_only_the_last_repetitions_are_told():
    told = passed([every(1)], 0, 10**12)
    assert len(told) == MOST_REPETITIONS
    assert told[-1] == 10**12


@given(
    st.lists(st.integers(1, 1000), unique=True, max_size=4),
    st.one_of(st.none(), st.integers(50, 300)),
    st.lists(st.integers(0, 3000), min_size=2, max_size=6).map(sorted),
)
def test_a_way_in_parts_passes_what_the_whole_way_passes(values, step, stops):
    thresholds = [*fixed(*values), *([every(step)] if step else [])]
    parts = [each for start, end in pairwise(stops) for each in passed(thresholds, start, end)]
    assert parts == passed(thresholds, stops[0], stops[-1])


def test_how_far_it_is_to_the_next_threshold():
    # 150 is a quarter of the way from 100 to 300.
    shown = completions([*fixed(100, 300), every(50)], Decimal(150))
    assert [(int(value), ratio) for value, ratio in shown] == [(100, 1), (300, Decimal("0.25")), (350, 0)]


def test_passed_repetitions_and_the_next_one_are_shown():
    shown = completions([*fixed(100), every(50)], Decimal(210))
    assert shown == [
        Completion(Decimal(value), Decimal(ratio)) for value, ratio in ((100, 1), (150, 1), (200, 1), (250, "0.2"))
    ]
    assert completions([], Decimal(5)) == []
