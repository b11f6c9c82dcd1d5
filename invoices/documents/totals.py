"""From the fees down to the total due, in the order of settlement, in the right half of the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from billing_site.kernel.formatting import format_money, format_rate
from invoices.documents import theme
from invoices.documents.blocks import Block, gap
from invoices.documents.content import Deduction, DocumentTax, InvoiceDocument
from invoices.documents.labels import Labels
from invoices.documents.pen import Pen, baseline
from invoices.documents.theme import Style
from invoices.documents.wrapping import wrap

# The labels begin at this part of the width.
_INDENT = 0.42
_MAX_LABEL_LINES = 4
_PADDING = 2.5


@dataclass(frozen=True, slots=True)
class TotalRow:
    """``ruled``: a sum of the rows above it."""

    label: str
    amount_cents: int
    style: Style = theme.BODY
    ruled: bool = False


def totals_blocks(document: InvoiceDocument, labels: Labels, width: float) -> list[Block]:
    indent = width * _INDENT
    rows = list(total_rows(document, labels))
    blocks = [_row_block(row, document, indent, width - indent) for row in rows]
    return [gap(12, keeps_with_next=True), *blocks, _due_block(document, labels, indent)]


def total_rows(document: InvoiceDocument, labels: Labels) -> Iterator[TotalRow]:
    """All rows above the total due. Sums that would only repeat the row above them are left out."""
    totals = document.totals
    if totals.only_total:
        return
    before_taxes = [
        *_deduction_rows(totals.progressive_billing_credits, labels.progressive_billing_credit),
        *_deduction_rows(totals.coupons, labels.coupon),
    ]
    if before_taxes:
        yield TotalRow(labels.fees, totals.fees_amount_cents)
        yield from before_taxes
    excluding_taxes = totals.sub_total_excluding_taxes_amount_cents
    yield _sum_row(labels.sub_total_excluding_taxes, excluding_taxes, ruled=bool(before_taxes))
    for tax in totals.taxes:
        yield TotalRow(_tax_label(tax, document, labels), tax.amount_cents)
    if totals.taxes:
        yield _sum_row(labels.sub_total_including_taxes, totals.sub_total_including_taxes_amount_cents, ruled=True)
    yield from _deduction_rows(totals.credit_notes, labels.credit_notes)
    yield from _deduction_rows(totals.prepaid_credits, labels.prepaid_credits)


def _deduction_rows(deductions: Iterable[Deduction], label: str) -> Iterator[TotalRow]:
    for deduction in deductions:
        yield TotalRow(deduction.label or label, -deduction.amount_cents)


def _sum_row(label: str, amount_cents: int, *, ruled: bool) -> TotalRow:
    return TotalRow(label, amount_cents, theme.BODY_STRONG, ruled)


def _tax_label(tax: DocumentTax, document: InvoiceDocument, labels: Labels) -> str:
    rate = format_rate(tax.rate_percent, document.locale)
    base = format_money(tax.base_amount_cents, document.currency, document.locale)
    return labels.tax.format(name=tax.name, rate=rate, base=base)


def _row_block(row: TotalRow, document: InvoiceDocument, indent: float, width: float) -> Block:
    style = row.style
    amount = format_money(row.amount_cents, document.currency, document.locale)
    label_width = width - style.width(amount) - theme.GUTTER
    lines = wrap(row.label, style, label_width)[:_MAX_LABEL_LINES]
    height = style.leading * max(1, len(lines)) + 2 * _PADDING
    return Block(height, partial(_paint_row, row, lines, amount, indent), keeps_with_next=True)


def _paint_row(row: TotalRow, lines: tuple[str, ...], amount: str, indent: float, pen: Pen, top: float) -> None:
    if row.ruled:
        pen.rule(top, indent=indent)
    pen.text_below(pen.left + indent, top - _PADDING, lines, row.style)
    pen.text_right(pen.right, baseline(top - _PADDING, row.style), amount, row.style)


def _due_block(document: InvoiceDocument, labels: Labels, indent: float) -> Block:
    amount = format_money(document.totals.total_due_amount_cents, document.currency, document.locale)
    height = theme.TOTAL_DUE.leading + 8 * _PADDING
    return Block(height, partial(_paint_due, labels.total_due, amount, indent))


def _paint_due(label: str, amount: str, indent: float, pen: Pen, top: float) -> None:
    top -= 2 * _PADDING
    pen.rule(top, color=theme.ACCENT, indent=indent, width=1.2)
    y = baseline(top - 2 * _PADDING, theme.TOTAL_DUE)
    pen.text(pen.left + indent, y, label, theme.TOTAL_DUE)
    pen.text_right(pen.right, y, amount, theme.TOTAL_DUE)
