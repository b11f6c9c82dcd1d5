"""The value of an expression on the wire."""

from typing import TypedDict


class ExpressionResultWire(TypedDict):
    value: str


def expression_result_wire(value: str) -> ExpressionResultWire:
    return {"value": value}
