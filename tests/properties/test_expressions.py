"""Properties of expressions: they agree with exact fractions, survive any text, and never depend on spaces."""

from decimal import Decimal
from fractions import Fraction
from operator import add, mul, sub

from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.errors import ValidationFailed
from usage.expression import Sample, evaluate, parse

NOTHING = Sample("code", 0, {})
OPERATIONS = {"+": add, "-": sub, "*": mul}
# An expression and what it is worth.
Sum = tuple[str, Fraction]

small = st.decimals(min_value=0, max_value=1000, places=3, allow_nan=False).map("{:f}".format)


def joined(left: Sum, operator: str, right: Sum) -> Sum:
    return f"({left[0]} {operator} {right[0]})", OPERATIONS[operator](left[1], right[1])


def negated(inner: Sum) -> Sum:
    return f"-{inner[0]}", -inner[1]


sums = st.recursive(
    small.map(lambda text: (text, Fraction(text))),
    lambda inner: st.builds(joined, inner, st.sampled_from(list(OPERATIONS)), inner) | inner.map(negated),
    max_leaves=6,
)


@given(sums)
def test_sums_and_products_are_exact(given_sum: Sum) -> None:
    # Six factors of three digits after the point have 18, well within the 40 that are kept.
    text, expected = given_sum
    assert Fraction(evaluate(parse(text), NOTHING)) == expected


@given(sums)
def test_spaces_say_nothing(given_sum: Sum) -> None:
    text, _ = given_sum
    assert parse(text) == parse(f"  {text.replace(' ', '').replace('(', ' ( ')}\n")


@given(small, small)
def test_a_quotient_times_its_divisor_is_the_dividend(dividend: str, divisor: str) -> None:
    if Decimal(divisor):
        quotient = Fraction(evaluate(parse(f"{dividend} / {divisor}"), NOTHING))
        # Rounded at the 40th digit.
        assert abs(quotient * Fraction(divisor) - Fraction(dividend)) <= Fraction(divisor) / 10**40


@given(small, st.integers(0, 5))
def test_rounding_down_and_up_enclose_the_number(number: str, places: int) -> None:
    down, middle, up = (
        Decimal(evaluate(parse(f"{name}({number}, {places})"), NOTHING)) for name in ("floor", "round", "ceil")
    )
    assert down <= middle <= up
    assert down <= Decimal(number) <= up
    assert up - down <= Decimal(1).scaleb(-places)


@given(st.text(alphabet="event.properties ()+-*/'\",0123456789round_ceilconcat", max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        evaluate(parse(text), Sample("code", 0, {"a": "1"}))
    except ValidationFailed as refusal:
        assert set(refusal.details) <= {"expression", "event"}


@given(st.text(max_size=50), st.text(max_size=50))
def test_concat_joins_any_properties(left: str, right: str) -> None:
    sample = Sample("code", 0, {"left": left, "right": right})
    assert evaluate(parse("concat(event.properties.left, event.properties.right)"), sample) == left + right
