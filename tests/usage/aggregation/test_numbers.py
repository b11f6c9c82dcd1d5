"""Event properties as numbers and texts."""

from decimal import Decimal

import pytest

from usage.aggregation import parse_number, property_text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", "12"),
        ("-12.50", "-12.50"),
        ("007", "7"),
        (12, "12"),
        (4.5, "4.5"),
        (0.1, "0.1"),
        (1e-07, "0.0000001"),
        (Decimal("1.10"), "1.10"),
        ("9" * 20 + "." + "9" * 40, "9" * 20 + "." + "9" * 40),
    ],
)
def test_numbers_are_read_exactly(value: object, number: str) -> None:
    assert parse_number(value) == Decimal(number)


@pytest.mark.parametrize(
    "value", ["1e3", ".5", "5.", "+1", "", " ", "1 ", "12\n", "foo_bar", "NaN", "Infinity", "٣", "1,000", "--1"]
)
def test_other_texts_are_no_numbers(value: str) -> None:
    assert parse_number(value) is None


@pytest.mark.parametrize("value", [None, True, False, [], {}, [1], float("nan"), float("inf"), Decimal("NaN")])
def test_other_json_is_no_number(value: object) -> None:
    assert parse_number(value) is None


@pytest.mark.parametrize("value", ["1" * 21, "0." + "1" * 41, 10**20, 1e300])
def test_numbers_beyond_exact_arithmetic_are_none(value: object) -> None:
    assert parse_number(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("", ""),
        (1, "1"),
        (1.5, "1.5"),
        (Decimal("1.50"), "1.50"),
        (True, "true"),
        (None, None),
        ([1, 2], "[1,2]"),
    ],
)
def test_properties_compare_as_text(value: object, text: str | None) -> None:
    assert property_text(value) == text
