"""A small plot of growth as SVG: both axes logarithmic, a line for each kind of work, told apart without colours."""

from collections.abc import Iterator, Sequence
from math import log10
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 70, 60, 330, 300
# Okabe and Ito's colours, which the colour-blind tell apart; each line has marks of its own besides.
STYLES = (("#0072b2", "circle"), ("#d55e00", "square"), ("#009e73", "diamond"), ("#cc79a7", "up"), ("#000000", "cross"))
MARKS = {
    "circle": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "square": "M-4 -4h8v8h-8z",
    "diamond": "M0 -5.5L5.5 0L0 5.5L-5.5 0z",
    "up": "M0 -5L5 4H-5z",
    "cross": "M-5 -1.3h3.7v-3.7h2.6v3.7h3.7v2.6h-3.7v3.7h-2.6v-3.7h-3.7z",
}
LEAST, MOST = 0.5, 100.0


class Line(NamedTuple):
    """``costs`` are as many times the first as each growth costs."""

    name: str
    costs: list[float]


def plot(title: str, growth: Sequence[int], lines: Sequence[Line]) -> str:
    told = "; ".join(f"{line.name}: {', '.join(f'{cost:.2f}' for cost in line.costs)} times" for line in lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12" fill="#1f2933">',
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(told)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="28" font-size="15" font-weight="600">{escape(title)}</text>',
        *_axes(growth),
        *_proportion(growth),
        *(part for number, line in enumerate(lines) for part in _line(number, line, growth)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(growth: float) -> float:
    return LEFT + PLOT_WIDTH * log10(growth) / 2


def _y(cost: float) -> float:
    shown = min(max(cost, LEAST), MOST)
    return TOP + PLOT_HEIGHT * (log10(MOST) - log10(shown)) / (log10(MOST) - log10(LEAST))


def _axes(growth: Sequence[int]) -> Iterator[str]:
    foot = TOP + PLOT_HEIGHT
    for cost in (0.5, 1, 2, 5, 10, 20, 50, 100):
        y = _y(cost)
        yield f'<path d="M{LEFT} {y:.1f}H{LEFT + PLOT_WIDTH}" stroke="#d9dee4"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{cost:g}×</text>'
    for times in growth:
        x = _x(times)
        yield f'<path d="M{x:.1f} {TOP}V{foot}" stroke="#d9dee4"/>'
        yield f'<text x="{x:.1f}" y="{foot + 18}" text-anchor="middle">{times}×</text>'
    middle = LEFT + PLOT_WIDTH / 2
    yield f'<text x="{middle:.0f}" y="{foot + 40}" text-anchor="middle">as much data as at first</text>'
    turned = f"translate(18 {TOP + PLOT_HEIGHT / 2:.0f}) rotate(-90)"
    yield f'<text transform="{turned}" text-anchor="middle">cost of one piece of work</text>'


def _proportion(growth: Sequence[int]) -> Iterator[str]:
    """Where the lines would be if the cost grew with the data."""
    ends = f"M{_x(growth[0]):.1f} {_y(growth[0]):.1f}L{_x(growth[-1]):.1f} {_y(growth[-1]):.1f}"
    yield f'<path d="{ends}" stroke="#7b8794" stroke-dasharray="5 4" fill="none"/>'
    x, y = _x(growth[1]) - 8, _y(growth[1]) - 8
    yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="end" fill="#52606d">in proportion</text>'


def _line(number: int, line: Line, growth: Sequence[int]) -> Iterator[str]:
    colour, mark = STYLES[number % len(STYLES)]
    points = [(_x(times), _y(cost)) for times, cost in zip(growth, line.costs, strict=True)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>'
    legend = (LEFT + PLOT_WIDTH + 30, TOP + 20 + 52 * number)
    for x, y in (*points, legend):
        yield f'<path d="{MARKS[mark]}" transform="translate({x:.1f} {y:.1f})" fill="{colour}"/>'
    name, _, there = line.name.partition(": ")
    x, y = legend[0] + 14, legend[1] + 4
    yield f'<text x="{x}" y="{y}" font-weight="600">{escape(name)}</text>'
    yield f'<text x="{x}" y="{y + 17}" fill="#52606d">{escape(there)}: {line.costs[-1]:.1f}×</text>'
