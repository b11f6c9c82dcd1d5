"""What is an expression, and what is none."""

import pytest

from billing_site.kernel.errors import ValidationFailed
from usage.expression import LONGEST_EXPRESSION, parse


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "invalid_expression",
        "1 +",
        "1 2",
        "(1",
        "1)",
        "()",
        "1e3",
        "1.",
        ".5",
        "1..2",
        "0x1F",
        "+1",
        "'open",
        "concat()",
        "concat(1,)",
        "round(1, 2, 3)",
        "sqrt(4)",
        "round 1",
        "event",
        "event.",
        "event.foo",
        "event.properties",
        "event.properties.",
        "event.properties.2x",
        "event.properties.''",
        "event.code.length",
        "__import__('os')",
        "event.properties.a; 1",
        "1 // 2",
        "2 ** 3",
        "9" * 21,
        "1\x00",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        parse(text)
    assert refusal.value.details == {"expression": ["invalid_expression"]}


def test_depth_and_length_are_limited() -> None:
    parse("(" * 25 + "1" + ")" * 25)
    for text in ("(" * 500 + "1" + ")" * 500, "-" * 500 + "1", "round(" * 200 + "1" + ")" * 200):
        with pytest.raises(ValidationFailed):
            parse(text)
    with pytest.raises(ValidationFailed):
        parse("1" + " " * LONGEST_EXPRESSION)


def test_a_long_sum_is_not_deep() -> None:
    parse("+".join(["1"] * (LONGEST_EXPRESSION // 2)))
