"""Titled texts under the totals: payment instructions, notes, custom sections. They may run over pages."""

from collections.abc import Iterator
from functools import partial

from invoices.documents import theme
from invoices.documents.blocks import Block, gap
from invoices.documents.content import InvoiceDocument, TextSection
from invoices.documents.labels import Labels
from invoices.documents.pen import Pen, baseline
from invoices.documents.theme import Style
from invoices.documents.wrapping import wrap

# Long lines of small type are hard to read.
_TEXT_WIDTH = 0.8


def section_blocks(document: InvoiceDocument, labels: Labels, width: float) -> list[Block]:
    sections = [
        TextSection(labels.payment_instructions, document.payment_instructions),
        TextSection(labels.notes, document.notes),
        *document.sections,
    ]
    filled = [section for section in sections if section.text.strip()]
    return [block for section in filled for block in _section(section, width * _TEXT_WIDTH)]


def _section(section: TextSection, width: float) -> Iterator[Block]:
    yield gap(18)
    for line in wrap(section.title, theme.BODY_STRONG, width):
        yield _text_block(line, theme.BODY_STRONG, keeps_with_next=True)
    yield gap(2, keeps_with_next=True)
    for line in wrap(section.text.strip(), theme.BODY_MUTED, width):
        yield _text_block(line, theme.BODY_MUTED)


def _text_block(line: str, style: Style, *, keeps_with_next: bool = False) -> Block:
    return Block(style.leading, partial(_paint_text, line, style), keeps_with_next=keeps_with_next)


def _paint_text(line: str, style: Style, pen: Pen, top: float) -> None:
    pen.text(pen.left, baseline(top, style), line, style)
