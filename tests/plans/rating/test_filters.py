"""The most specific filter wins; a partial overlap has no winner."""

from hypothesis import given
from hypothesis import strategies as st

from plans.rating.filters import ALL_VALUES, ValueFilter, most_specific, overlap_partly

KNOWN = {"size": ["512", "1024"], "steps": ["25", "50"]}


def filter_of(**values: list[str]) -> ValueFilter:
    return ValueFilter.of(values, KNOWN)


def test_the_filter_with_more_keys_wins():
    filters = [filter_of(size=["512"]), filter_of(size=["512"], steps=["25"])]
    assert most_specific(filters, {"size": "512", "steps": "25"}) == 1
    assert most_specific(filters, {"size": "512", "steps": "50"}) == 0


def test_of_the_same_keys_the_narrower_one_wins():
    filters = [filter_of(size=["512", "1024"]), filter_of(size=["512"])]
    assert most_specific(filters, {"size": "512"}) == 1
    assert most_specific(filters, {"size": "1024"}) == 0


def test_of_equals_the_older_one_wins():
    assert most_specific([filter_of(size=["512"]), filter_of(size=["512"])], {"size": "512"}) == 0


def test_without_a_match_the_default_price_applies():
    assert most_specific([filter_of(size=["512"])], {"size": "2048"}) is None
    assert most_specific([filter_of(size=["512"])], {}) is None


def test_all_values_are_those_that_the_metric_knows():
    everything = filter_of(size=[ALL_VALUES])
    assert everything.matches({"size": "1024"})
    assert not everything.matches({"size": "2048"})
    assert not everything.matches({"steps": "25"})


def test_a_partial_overlap_is_found():
    assert overlap_partly(filter_of(size=["512", "a"]), filter_of(size=["512", "b"]))
    assert not overlap_partly(filter_of(size=["512"]), filter_of(size=["512", "1024"]))
    assert not overlap_partly(filter_of(size=["512"]), filter_of(size=["1024"]))
    assert not overlap_partly(filter_of(size=["512"]), filter_of(steps=["25"]))


chosen = st.frozensets(st.sampled_from("abc"), min_size=1)
filters = st.lists(st.dictionaries(st.sampled_from("xyz"), chosen, min_size=1).map(ValueFilter), max_size=5)
dimensions = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("abcd"))


@given(filters, dimensions)
def test_the_winner_matches_and_no_match_lies_within_it(filters: list[ValueFilter], dimension: dict[str, str]):
    winner = most_specific(filters, dimension)
    matching = [each for each in filters if each.matches(dimension)]
    assert (winner is None) == (not matching)
    if winner is not None:
        assert all(filters[winner].breadth <= each.breadth for each in matching)


@given(filters)
def test_overlapping_partly_is_mutual(filters: list[ValueFilter]):
    for one in filters:
        for other in filters:
            assert overlap_partly(one, other) == overlap_partly(other, one)
