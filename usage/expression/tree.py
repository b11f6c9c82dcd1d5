"""The parts of a parsed expression.

A chain of equal precedence (``a + b - c``) is one part, so only parentheses and signs make a tree deeper.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Value = Decimal | str


class Operator(StrEnum):
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    DIVIDED_BY = "/"


class Function(StrEnum):
    CONCAT = "concat"
    ROUND = "round"
    CEIL = "ceil"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Code:
    """``event.code``"""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """``event.timestamp``"""


@dataclass(frozen=True, slots=True)
class Property:
    """``event.properties.name``"""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``first``, then each operator with its operand, from left to right."""

    first: "Expression"
    rest: tuple[tuple[Operator, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Call:
    function: Function
    arguments: tuple["Expression", ...]


Expression = Literal | Code | Timestamp | Property | Negative | Arithmetic | Call
