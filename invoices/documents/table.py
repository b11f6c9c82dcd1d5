"""The table of lines: formatted cells, column widths measured over all of them, and one block per row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from billing_site.kernel.formatting import format_money, format_period, format_rate, format_unit_amount, format_units
from invoices.documents import theme
from invoices.documents.blocks import Block
from invoices.documents.content import DocumentLine, DocumentTier, InvoiceDocument, LineGroup
from invoices.documents.labels import Labels
from invoices.documents.pen import Pen, baseline
from invoices.documents.theme import Style
from invoices.documents.wrapping import wrap

HEAD_HEIGHT = 20.0

_PADDING = 5.0
_TIER_INDENT = 10.0
_LEAST_ITEM_WIDTH = 170.0
# A longer text continues in a block of its own, so that no block is taller than a page.
_LINES_PER_BLOCK = 30

Cells = tuple[str, str, str, str]
"""Units, unit price, tax rate, amount."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as it is written: a line of the invoice, its description (no cells), or one of its tiers."""

    label: str
    cells: Cells
    style: Style
    indent: float = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Distances of the four columns' right edges from the right margin, the item column's width, and the factor
    by which cells shrink where their numbers are too wide for the page."""

    offsets: tuple[float, ...]
    item_width: float
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    head: TableRow
    columns: Columns
    blocks: list[Block]


def lines_table(document: InvoiceDocument, labels: Labels, width: float) -> Table:
    """The head (repeated by every page that begins in the table), and the blocks of all lines.

    The last line keeps with what follows, so that totals never stand alone on a page.
    """
    head = TableRow(labels.item, (labels.units, labels.unit_price, labels.tax_rate, labels.amount), theme.CAPTION)
    groups = [(group, [_line_rows(line, document) for line in group.lines]) for group in document.groups if group.lines]
    rows = [row for _, lines in groups for line in lines for row in line]
    columns = _measured([head, *rows], width)
    blocks = [block for group, lines in groups for block in _group_blocks(group, lines, columns, document.locale)]
    if not blocks:
        blocks = _line_blocks([TableRow(labels.no_lines, ("", "", "", ""), theme.BODY_MUTED)], columns)
    first = Block(HEAD_HEIGHT, partial(paint_head, head, columns), keeps_with_next=True)
    return Table(head, columns, [first, *blocks[:-1], replace(blocks[-1], keeps_with_next=True)])


def paint_head(head: TableRow, columns: Columns, pen: Pen, top: float) -> None:
    pen.text(pen.left, baseline(top, theme.CAPTION), head.label, theme.CAPTION)
    _paint_cells(head, columns, pen, top)
    pen.rule(top - HEAD_HEIGHT + _PADDING, color=theme.INK)


def _line_rows(line: DocumentLine, document: InvoiceDocument) -> list[TableRow]:
    rates = " + ".join(format_rate(rate, document.locale) for rate in line.tax_rates_percent)
    rows = [TableRow(line.label, _cells(line, rates, document), theme.BODY)]
    if line.description:
        rows.append(TableRow(line.description, ("", "", "", ""), theme.CAPTION))
    rows += [TableRow(tier.label, _cells(tier, "", document), theme.TIER, _TIER_INDENT) for tier in line.tiers]
    return rows


def _cells(line: DocumentLine | DocumentTier, rates: str, document: InvoiceDocument) -> Cells:
    return (
        _units(line.units, document),
        _unit_amount(line.unit_amount, document),
        rates,
        format_money(line.amount_cents, document.currency, document.locale),
    )


def _units(units: Decimal | None, document: InvoiceDocument) -> str:
    return "" if units is None else format_units(units, document.locale)


def _unit_amount(unit_amount: Decimal | None, document: InvoiceDocument) -> str:
    return "" if unit_amount is None else format_unit_amount(unit_amount, document.currency, document.locale)


def _measured(rows: Sequence[TableRow], width: float) -> Columns:
    widths = [max(row.style.width(row.cells[i]) for row in rows) for i in range(4)]
    room = width - _LEAST_ITEM_WIDTH - 4 * theme.GUTTER
    scale = min(1.0, room / sum(widths))
    taken = [one * scale + theme.GUTTER for one in widths]
    return Columns(tuple(sum(taken[i + 1 :]) for i in range(4)), width - sum(taken), scale)


def _group_blocks(group: LineGroup, lines: list[list[TableRow]], columns: Columns, locale: str) -> Iterator[Block]:
    if group.heading or group.period:
        yield _heading_block(group, columns, locale)
    for rows in lines:
        yield from _line_blocks(rows, columns)


def _heading_block(group: LineGroup, columns: Columns, locale: str) -> Block:
    period = format_period(group.period.from_date, group.period.to_date, locale) if group.period else ""
    width = columns.item_width + columns.offsets[0] - theme.CAPTION.width(period)
    heading = wrap(group.heading, theme.NAME, width)[:_LINES_PER_BLOCK]
    height = 3 * _PADDING + theme.NAME.leading * max(1, len(heading))
    return Block(height, partial(_paint_heading, heading, period), keeps_with_next=True, in_table=True)


def _paint_heading(heading: tuple[str, ...], period: str, pen: Pen, top: float) -> None:
    top -= 2 * _PADDING
    pen.text_below(pen.left, top, heading, theme.NAME)
    pen.text_right(pen.right, baseline(top, theme.NAME), period, theme.CAPTION)


def _line_blocks(rows: list[TableRow], columns: Columns) -> list[Block]:
    """The rows of one line with space around them and a rule below; two of its tiers at least stay together."""
    blocks = [block for row in rows for block in _row_blocks(row, columns)]
    last = len(blocks) - 1
    kept = [
        replace(block, keeps_with_next=row_index in (0, 1, last - 1, last)) for row_index, block in enumerate(blocks)
    ]
    above = Block(_PADDING, _paint_nothing, keeps_with_next=True, in_table=True)
    below = Block(_PADDING, _paint_rule, in_table=True)
    return [above, *kept, below]


def _row_blocks(row: TableRow, columns: Columns) -> Iterator[Block]:
    lines = wrap(row.label, row.style, columns.item_width - row.indent) or ("",)
    for start in range(0, len(lines), _LINES_PER_BLOCK):
        part = lines[start : start + _LINES_PER_BLOCK]
        paint = partial(_paint_row, row if start == 0 else replace(row, cells=("", "", "", "")), part, columns)
        yield Block(row.style.leading * len(part), paint, in_table=True)


def _paint_row(row: TableRow, lines: tuple[str, ...], columns: Columns, pen: Pen, top: float) -> None:
    pen.text_below(pen.left + row.indent, top, lines, row.style)
    _paint_cells(row, columns, pen, top)


def _paint_cells(row: TableRow, columns: Columns, pen: Pen, top: float) -> None:
    style = row.style if columns.scale == 1 else replace(row.style, size=row.style.size * columns.scale)
    for cell, offset in zip(row.cells, columns.offsets, strict=True):
        if cell:
            pen.text_right(pen.right - offset, baseline(top, row.style), cell, style)


def _paint_nothing(pen: Pen, top: float) -> None:
    pass


def _paint_rule(pen: Pen, top: float) -> None:
    pen.rule(top - _PADDING)
