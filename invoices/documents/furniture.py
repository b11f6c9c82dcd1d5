"""What stands on every page around the flow: accent bar, watermark, running head, footer with the page number."""

from dataclasses import dataclass

from invoices.documents import theme
from invoices.documents.content import DocumentStatus, InvoiceDocument
from invoices.documents.labels import Labels
from invoices.documents.pen import Pen, baseline
from invoices.documents.wrapping import shorten, wrap

_FOOTER_WIDTH = 0.72
_MAX_FOOTER_LINES = 8
_FOOTER_PADDING = 8.0


@dataclass(frozen=True, slots=True)
class Furniture:
    document: InvoiceDocument
    labels: Labels
    footer_lines: tuple[str, ...]

    @property
    def footer_height(self) -> float:
        return theme.CAPTION.leading * max(1, len(self.footer_lines)) + 2 * _FOOTER_PADDING


def furniture_of(document: InvoiceDocument, labels: Labels, width: float) -> Furniture:
    text = document.footer or document.issuer.legal_name or document.issuer.name
    lines = wrap(text.strip(), theme.CAPTION, width * _FOOTER_WIDTH)
    return Furniture(document, labels, lines[:_MAX_FOOTER_LINES])


def paint_background(furniture: Furniture, page: int, pen: Pen) -> None:
    """What stands before or behind the flow."""
    _paint_status(furniture, pen)
    pen.bar(theme.ACCENT_BAR, theme.ACCENT)
    if page > 1:
        _paint_running_head(furniture.document, pen)


def _paint_status(furniture: Furniture, pen: Pen) -> None:
    words = {DocumentStatus.DRAFT: furniture.labels.draft, DocumentStatus.VOIDED: furniture.labels.voided}
    if word := words.get(furniture.document.status):
        pen.across(word.upper(), theme.WATERMARK_TEXT)


def _paint_running_head(document: InvoiceDocument, pen: Pen) -> None:
    y = baseline(pen.page_height - theme.MARGIN, theme.CAPTION)
    half = (pen.right - pen.left) / 2 - theme.GUTTER
    pen.text(pen.left, y, _short(document.issuer.name, half), theme.CAPTION)
    pen.text_right(pen.right, y, _short(document.number, half), theme.CAPTION)


def paint_footer(furniture: Furniture, page: int, pages: int, pen: Pen) -> None:
    top = theme.FOOT_MARGIN + furniture.footer_height
    pen.rule(top)
    pen.text_below(pen.left, top - _FOOTER_PADDING, furniture.footer_lines, theme.CAPTION)
    number = furniture.labels.page.format(page=page, pages=pages)
    pen.text_right(pen.right, baseline(top - _FOOTER_PADDING, theme.CAPTION), number, theme.CAPTION)


def _short(text: str, width: float) -> str:
    return shorten(text, theme.CAPTION, width)
