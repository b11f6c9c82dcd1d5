"""The top of the first page: title, dates, issuer and customer, and what is due."""

from functools import partial

from billing_site.kernel.formatting import format_date, format_money, format_period
from invoices.documents import theme
from invoices.documents.blocks import Block, gap
from invoices.documents.content import DocumentStatus, InvoiceDocument, Party
from invoices.documents.labels import Labels
from invoices.documents.pen import Pen, baseline
from invoices.documents.theme import Style
from invoices.documents.wrapping import shorten, wrap

StyledLine = tuple[str, Style]

# Longer addresses would leave no room for the invoice on its first page.
_MAX_PARTY_LINES = 14
_MAX_FACT_LINES = 4


def letterhead_blocks(document: InvoiceDocument, labels: Labels, width: float) -> list[Block]:
    return [
        _title_block(document, labels, width),
        gap(16, keeps_with_next=True),
        _facts_block(_facts(document, labels), width),
        gap(18, keeps_with_next=True),
        _parties_block(document, labels, width),
        gap(22, keeps_with_next=True),
        _due_block(document, labels),
        gap(12),
    ]


def _title_block(document: InvoiceDocument, labels: Labels, width: float) -> Block:
    title = shorten(document.title or labels.invoice, theme.TITLE, width * 0.55)
    issuer = shorten(document.issuer.name, theme.ISSUER, width * 0.42)
    return Block(theme.TITLE.leading, partial(_paint_title, title, issuer), keeps_with_next=True)


def _paint_title(title: str, issuer: str, pen: Pen, top: float) -> None:
    y = baseline(top, theme.TITLE)
    pen.text(pen.left, y, title, theme.TITLE)
    pen.text_right(pen.right, y, issuer, theme.ISSUER)


def _facts(document: InvoiceDocument, labels: Labels) -> list[tuple[str, str]]:
    locale = document.locale
    facts = [(labels.number, document.number), (labels.issuing_date, format_date(document.issuing_date, locale))]
    if document.payment_due_date is not None:
        facts.append((labels.payment_due_date, format_date(document.payment_due_date, locale)))
    if document.billing_period is not None:
        period = document.billing_period
        facts.append((labels.billing_period, format_period(period.from_date, period.to_date, locale)))
    return facts


def _facts_block(facts: list[tuple[str, str]], width: float) -> Block:
    column = width / (4 if len(facts) > 2 else 2)
    columns = [_stacked(label, value, column - theme.GUTTER / 2) for label, value in facts]
    return _columns_block(columns, column)


def _stacked(label: str, value: str, width: float) -> list[StyledLine]:
    return [(label, theme.CAPTION), *_styled(value, theme.BODY_STRONG, width)[:_MAX_FACT_LINES]]


def _parties_block(document: InvoiceDocument, labels: Labels, width: float) -> Block:
    column = width / 2
    parties = [(labels.issued_by, document.issuer), (labels.bill_to, document.customer)]
    columns = [_party_lines(caption, party, labels, column - theme.GUTTER) for caption, party in parties]
    return _columns_block(columns, column)


def _party_lines(caption: str, party: Party, labels: Labels, width: float) -> list[StyledLine]:
    lines = [(caption, theme.CAPTION), *_styled(party.name, theme.NAME, width)]
    if party.legal_name and party.legal_name != party.name:
        lines += _styled(party.legal_name, theme.BODY, width)
    for address_line in party.address_lines:
        lines += _styled(address_line, theme.BODY, width)
    if party.tax_identification_number:
        lines += _styled(
            f"{labels.tax_identification_number} {party.tax_identification_number}", theme.BODY_MUTED, width
        )
    lines += _styled(party.email, theme.BODY_MUTED, width)
    return lines[:_MAX_PARTY_LINES]


def _styled(text: str, style: Style, width: float) -> list[StyledLine]:
    return [(line, style) for line in wrap(text, style, width)]


def _columns_block(columns: list[list[StyledLine]], column_width: float) -> Block:
    height = max(sum(style.leading for _, style in lines) for lines in columns)
    return Block(height, partial(_paint_columns, columns, column_width), keeps_with_next=True)


def _paint_columns(columns: list[list[StyledLine]], column_width: float, pen: Pen, top: float) -> None:
    for index, lines in enumerate(columns):
        y = top
        for text, style in lines:
            y = pen.text_below(pen.left + index * column_width, y, (text,), style)


def _due_block(document: InvoiceDocument, labels: Labels) -> Block:
    amount_cents = document.totals.total_due_amount_cents
    text = format_money(amount_cents, document.currency, document.locale)
    if document.payment_due_date and amount_cents > 0 and document.status is not DocumentStatus.VOIDED:
        due = labels.due.format(date=format_date(document.payment_due_date, document.locale))
        text = f"{text} {due}"
    return Block(theme.HERO.leading, partial(_paint_due, text), keeps_with_next=True)


def _paint_due(text: str, pen: Pen, top: float) -> None:
    pen.text(pen.left, baseline(top, theme.HERO), text, theme.HERO)
