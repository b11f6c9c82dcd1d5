"""A price over units as a small drawing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from billing_site.kernel.admin.display import money, units
from billing_site.kernel.money import EXACT, round_half_up, to_cents
from plans.rating import CurvePoint

WIDTH, HEIGHT = Decimal(320), Decimal(96)


class Chart(NamedTuple):
    """``line`` is an SVG path in a field of 320 × 96; ``marker`` is where the units asked for are."""

    line: str
    area: str
    marker: tuple[str, str] | None
    highest: str
    up_to: str


def chart_of(curve: Sequence[CurvePoint], marked: CurvePoint | None, currency: str) -> Chart:
    """``curve`` begins at 0 units and is in order."""
    widest = curve[-1].units or Decimal(1)
    highest = max(point.amount for point in curve) or Decimal(1)

    def place(point: CurvePoint) -> tuple[str, str]:
        x = EXACT.divide(point.units, widest) * WIDTH
        y = HEIGHT - EXACT.divide(point.amount, highest) * HEIGHT
        return _pixels(x), _pixels(y)

    line = "M" + " L".join(" ".join(place(point)) for point in curve)
    return Chart(
        line=line,
        area=f"{line} L{WIDTH} {HEIGHT} L0 {HEIGHT} Z",
        marker=place(marked) if marked and marked.units <= widest else None,
        highest=money(to_cents(highest, currency), currency),
        up_to=units(widest),
    )


def _pixels(value: Decimal) -> str:
    return f"{round_half_up(value, 1):f}"
