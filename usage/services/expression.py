"""Try an expression on a sample event; nothing is stored."""

from collections.abc import Mapping
from datetime import datetime

from usage.expression import Sample, evaluate, parse
from usage.models import to_microseconds


def evaluate_expression(
    *,
    expression: str,
    at: datetime,
    code: str = "",
    timestamp: int | None = None,
    properties: Mapping[str, object] | None = None,
) -> str:
    """The text that the event's property would become (C13); ``timestamp`` is microseconds since 1970, else ``at``.

    Raises ``ValidationFailed``: ``expression: invalid_expression`` or ``event: invalid_event``.
    """
    parsed = parse(expression)
    instant = to_microseconds(at) if timestamp is None else timestamp
    return evaluate(parsed, Sample(code, instant, properties or {}))
