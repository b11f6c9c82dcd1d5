"""A metric's expression: the value of an event, computed from its code, timestamp and properties (C12). Pure."""

from usage.expression.evaluate import evaluate
from usage.expression.parse import LONGEST_EXPRESSION, parse
from usage.expression.sample import Sample
from usage.expression.tree import Expression

__all__ = ["LONGEST_EXPRESSION", "Expression", "Sample", "evaluate", "parse"]
