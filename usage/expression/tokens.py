"""The words of an expression."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from billing_site.kernel.errors import ValidationFailed

INVALID_EXPRESSION = {"expression": ["invalid_expression"]}


class Kind(Enum):
    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """``text`` is without the quotes of a text."""

    kind: Kind
    text: str


_WORD = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
      | (?P<sign>[-+*/(),.])
    )""",
    re.VERBOSE,
)
_KINDS = {
    "number": Kind.NUMBER,
    "name": Kind.NAME,
    "single": Kind.TEXT,
    "double": Kind.TEXT,
    "sign": Kind.SIGN,
}


def tokens(text: str) -> Iterator[Token]:
    """The words in order, then an endless end. Raises ``ValidationFailed`` at a character that starts no word."""
    position, end = 0, len(text.rstrip())
    while position < end:
        word = _WORD.match(text, position)
        if word is None or word.lastgroup is None:
            raise ValidationFailed(INVALID_EXPRESSION)
        yield Token(_KINDS[word.lastgroup], word[word.lastgroup])
        position = word.end()
    while True:
        yield Token(Kind.END, "")
