"""From the text of an expression to its tree, by recursive descent.

``sum := product (("+" | "-") product)*`` · ``product := factor (("*" | "/") factor)*`` · ``factor := "-" factor |
number | text | "(" sum ")" | function "(" sum ("," sum)* ")" | event.code | event.timestamp | event.properties.name``,
where a name that is no word stands in quotes: ``event.properties."cpu-hours"``.
"""

from collections.abc import Callable
from functools import lru_cache

from billing_site.kernel.errors import ValidationFailed
from usage.aggregation import parse_number
from usage.expression.tokens import INVALID_EXPRESSION, Kind, Token, tokens
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
)

LONGEST_EXPRESSION = 2_000
DEEPEST = 30
MOST_ARGUMENTS = {Function.CONCAT: LONGEST_EXPRESSION, Function.ROUND: 2, Function.CEIL: 2, Function.FLOOR: 2}


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The tree of ``text``. Raises ``ValidationFailed`` with ``expression: invalid_expression`` (C13)."""
    if len(text) > LONGEST_EXPRESSION:
        raise ValidationFailed(INVALID_EXPRESSION)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._next = next(self._tokens)
        self._depth = 0

    def whole(self) -> Expression:
        parsed = self._sum()
        if self._next.kind is not Kind.END:
            raise ValidationFailed(INVALID_EXPRESSION)
        return parsed

    def _sum(self) -> Expression:
        return self._chain(self._product, (Operator.PLUS, Operator.MINUS))

    def _product(self) -> Expression:
        return self._chain(self._factor, (Operator.TIMES, Operator.DIVIDED_BY))

    def _chain(self, operand: Callable[[], Expression], operators: tuple[Operator, ...]) -> Expression:
        first = operand()
        rest = []
        while self._next.kind is Kind.SIGN and self._next.text in operators:
            operator = Operator(self._take().text)
            rest.append((operator, operand()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _factor(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValidationFailed(INVALID_EXPRESSION)
        parsed = self._signed_or_bare()
        self._depth -= 1
        return parsed

    def _signed_or_bare(self) -> Expression:
        token = self._take()
        match token.kind, token.text:
            case Kind.SIGN, "-":
                return Negative(self._factor())
            case Kind.SIGN, "(":
                inner = self._sum()
                self._expect(")")
                return inner
            case Kind.NUMBER, digits:
                return _number(digits)
            case Kind.TEXT, text:
                return Literal(text)
            case Kind.NAME, "event":
                return self._attribute()
            case Kind.NAME, name if name in set(Function):
                return self._call(Function(name))
        raise ValidationFailed(INVALID_EXPRESSION)

    def _attribute(self) -> Expression:
        self._expect(".")
        match self._take():
            case Token(Kind.NAME, "code"):
                return Code()
            case Token(Kind.NAME, "timestamp"):
                return Timestamp()
            case Token(Kind.NAME, "properties"):
                return self._property()
        raise ValidationFailed(INVALID_EXPRESSION)

    def _property(self) -> Property:
        self._expect(".")
        token = self._take()
        if token.kind not in (Kind.NAME, Kind.TEXT) or not token.text:
            raise ValidationFailed(INVALID_EXPRESSION)
        return Property(token.text)

    def _call(self, function: Function) -> Call:
        self._expect("(")
        arguments = [self._sum()]
        while self._next == Token(Kind.SIGN, ","):
            self._take()
            arguments.append(self._sum())
        self._expect(")")
        if len(arguments) > MOST_ARGUMENTS[function]:
            raise ValidationFailed(INVALID_EXPRESSION)
        return Call(function, tuple(arguments))

    def _take(self) -> Token:
        token, self._next = self._next, next(self._tokens)
        return token

    def _expect(self, sign: str) -> None:
        if self._take() != Token(Kind.SIGN, sign):
            raise ValidationFailed(INVALID_EXPRESSION)


def _number(digits: str) -> Literal:
    number = parse_number(digits)
    if number is None:
        raise ValidationFailed(INVALID_EXPRESSION)
    return Literal(number)
