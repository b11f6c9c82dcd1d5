"""The value of an expression for an event."""

from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.errors import ValidationFailed
from usage.expression import Sample, evaluate, parse


def value(text: str, **properties: Any) -> str:
    return evaluate(parse(text), Sample("cpu", 1_709_596_800_000_000, properties))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 3 - 2", "5"),
        ("100 / 5 / 2", "10"),
        ("10 / 4", "2.5"),
        ("-2 * -3", "6"),
        ("--5", "5"),
        ("2 * (3 + 4) - 1 / 4", "13.75"),
        ("1 / 3", "0." + "3" * 40),
        ("2 / 3", "0." + "6" * 39 + "7"),
        ("0.1 + 0.2", "0.3"),
        ("0 * -1", "0"),
    ],
)
def test_arithmetic_is_exact_and_binds_as_usual(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(2.5)", "3.0"),
        ("round(-2.5)", "-3.0"),
        ("round(2.345, 2)", "2.35"),
        ("round(1250, -2)", "1300"),
        ("ceil(2.01)", "3.0"),
        ("ceil(-2.9)", "-2.0"),
        ("floor(2.99)", "2.0"),
        ("floor(2.999, 2)", "2.99"),
        ("round(7)", "7"),
    ],
)
def test_rounding_keeps_a_decimal_part_where_there_was_one(text: str, expected: str) -> None:
    assert value(text) == expected


def test_properties_count_as_their_text() -> None:
    assert value("event.properties.a + event.properties.b", a="1", b=2) == "3"
    assert value("event.properties.a * 2", a=Decimal("10.40")) == "20.8"
    assert value("event.properties.a * 2", a=Decimal("1E+3")) == "2000"
    assert value("event.properties.a", a="any text") == "any text"
    assert value("event.properties.a", a=True) == "true"
    assert value("event.properties.'cpu-hours' + event.properties.\"b c\"", **{"cpu-hours": 1, "b c": 2}) == "3"


def test_the_event_itself_can_be_named() -> None:
    assert value("event.code") == "cpu"
    assert value("event.timestamp / 3600") == "474888"  # 1,709,596,800 s
    assert evaluate(parse("event.timestamp"), Sample("", 1_500_000, {})) == "1.5"


def test_texts_are_joined() -> None:
    assert value("concat(event.properties.region, '-', event.properties.size * 2)", region="eu", size=1.5) == "eu-3.0"
    assert value('concat("it\'s")') == "it's"


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("event.properties.a", {}),
        ("event.properties.a", {"a": None}),
        ("event.properties.a", {"a": [1]}),
        ("event.properties.a", {"a": {"b": 1}}),
        ("event.properties.a * 2", {"a": "many"}),
        ("event.properties.a * 2", {"a": ""}),
        ("event.properties.a * 2", {"a": "1e3"}),
        ("event.properties.a * 2", {"a": True}),
        ("event.properties.a * 2", {"a": float("nan")}),
        ("event.properties.a * 2", {"a": Decimal("Infinity")}),
        ("event.properties.a", {"a": Decimal("1E+999999")}),
        ("concat(event.properties.a, event.properties.b)", {"a": "1"}),
        ("event.properties.a / event.properties.b", {"a": 1, "b": 0}),
        ("event.properties.a / event.properties.a", {"a": 0}),
        ("event.properties.a * 10", {"a": "9" * 20}),
        ("round(1.5, event.properties.a)", {"a": "0.5"}),
        ("round(1.5, event.properties.a)", {"a": 1000}),
        ("event.properties.a", {"a": "x" * 10_001}),
        ("concat(" + ",".join(["event.properties.a"] * 100) + ")", {"a": "x" * 1_000}),
        ("-event.code", {}),
    ],
)
def test_an_event_without_a_value_is_refused(text: str, properties: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        value(text, **properties)
    assert refusal.value.details == {"event": ["invalid_event"]}


def test_products_of_many_large_numbers_are_refused_quickly() -> None:
    with pytest.raises(ValidationFailed):
        value("*".join(["99999999999999999999"] * 90))
