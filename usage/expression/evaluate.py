"""The value of an expression for an event, exactly.

A number keeps a decimal part if any number that it came from had one: ``round(10.4 * 2)`` is ``21.0``, ``1 + 2`` is
``3``. A property counts as its text (C13), and a text counts as a number where one is needed and it looks like one.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from functools import reduce

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.money import EXACT, round_down, round_half_up, round_up
from usage.aggregation import parse_number, property_text
from usage.expression.sample import Sample
from usage.expression.tree import (
    Arithmetic,
    Call,
    Code,
    Expression,
    Function,
    Literal,
    Negative,
    Operator,
    Property,
    Timestamp,
    Value,
)

INVALID_EVENT = {"event": ["invalid_event"]}
LONGEST_RESULT = 10_000
# As many digits after the point as the value of an event may have.
RESULT_PLACES = 40
FURTHEST_ROUNDING = 40

_TENTH = Decimal("0.1")
_OPERATIONS: Mapping[Operator, Callable[[Decimal, Decimal], Decimal]] = {
    Operator.PLUS: EXACT.add,
    Operator.MINUS: EXACT.subtract,
    Operator.TIMES: EXACT.multiply,
    Operator.DIVIDED_BY: EXACT.divide,
}
_ROUNDINGS: Mapping[Function, Callable[[Decimal, int], Decimal]] = {
    Function.ROUND: round_half_up,
    Function.CEIL: round_up,
    Function.FLOOR: round_down,
}


def evaluate(expression: Expression, sample: Sample) -> str:
    """The result as text, which is what the event's property becomes.

    Raises ``ValidationFailed`` with ``event: invalid_event`` when a property is missing or not the number that is
    needed, on a division by zero and when the result is larger than the value of an event may be (C12).
    """
    try:
        result = _value(expression, sample)
        text = result if isinstance(result, str) else _number_text(result)
    except (DecimalException, ZeroDivisionError) as impossible:
        raise ValidationFailed(INVALID_EVENT) from impossible
    if len(text) > LONGEST_RESULT:
        raise ValidationFailed(INVALID_EVENT)
    return text


def _value(expression: Expression, sample: Sample) -> Value:
    match expression:
        case Literal(value):
            return value
        case Code():
            return _property(sample.code or None)
        case Timestamp():
            return sample.seconds
        case Property(name):
            return _property(sample.properties.get(name))
        case Negative(operand):
            return EXACT.minus(_number(operand, sample))
        case Arithmetic(first, rest):
            return _arithmetic(first, rest, sample)
        case Call(function, arguments):
            return _call(function, arguments, sample)


def _property(given: object) -> str:
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        given = parse_number(given)
    if given is None or isinstance(given, dict | list):
        raise ValidationFailed(INVALID_EVENT)
    return str(property_text(given))


def _arithmetic(first: Expression, rest: tuple[tuple[Operator, Expression], ...], sample: Sample) -> Decimal:
    result = _number(first, sample)
    for operator, operand in rest:
        result = _OPERATIONS[operator](result, _number(operand, sample))
    return result


def _call(function: Function, arguments: tuple[Expression, ...], sample: Sample) -> Value:
    if function is Function.CONCAT:
        return reduce(_joined, (_text(argument, sample) for argument in arguments))
    number, *places = (_number(argument, sample) for argument in arguments)
    return _rounded(function, number, places[0] if places else Decimal(0))


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > LONGEST_RESULT:
        raise ValidationFailed(INVALID_EVENT)
    return left + right


def _rounded(function: Function, number: Decimal, places: Decimal) -> Decimal:
    if places != places.to_integral_value() or abs(places) > FURTHEST_ROUNDING:
        raise ValidationFailed(INVALID_EVENT)
    result = _ROUNDINGS[function](number, int(places))
    return _with_fraction(result) if _has_fraction(number) else result


def _number(expression: Expression, sample: Sample) -> Decimal:
    value = _value(expression, sample)
    number = parse_number(value) if isinstance(value, str) else value
    if number is None:
        raise ValidationFailed(INVALID_EVENT)
    return number


def _text(expression: Expression, sample: Sample) -> str:
    value = _value(expression, sample)
    return value if isinstance(value, str) else _number_text(value)


def _number_text(number: Decimal) -> str:
    if _has_fraction(number):
        number = _with_fraction(round_half_up(number, min(RESULT_PLACES, _places(number))).normalize(EXACT))
    # A zero has no sign.
    number = EXACT.add(number, Decimal(0))
    if parse_number(number) is None:
        raise ValidationFailed(INVALID_EVENT)
    return format(number, "f")


def _places(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _has_fraction(number: Decimal) -> bool:
    return _places(number) > 0


def _with_fraction(number: Decimal) -> Decimal:
    """The number with at least one digit after the point."""
    return number if _has_fraction(number) else number.quantize(_TENTH, context=EXACT)
