"""How to pay by a SEPA transfer: account, reference, and a code that banking apps read (EPC QR code)."""

from functools import partial

import segno.helpers

from billing_site.kernel.money import to_units
from customers.iban import grouped_iban
from invoices.documents import theme
from invoices.documents.blocks import Block, gap
from invoices.documents.content import BankTransfer, InvoiceDocument
from invoices.documents.labels import Labels
from invoices.documents.pen import Matrix, Pen
from invoices.documents.receipt_labels import words_of_receipts
from invoices.documents.theme import Style
from invoices.documents.wrapping import shorten

# 2.5 cm, which phones read from paper and screens.
CODE_SIZE = 71.0
# What the code can hold.
LONGEST_NAME, NAME_BYTES, TEXT_BYTES = 70, 140, 100
LEAST_CENTS, MOST_CENTS = 1, 99_999_999_999


def transfer_blocks(document: InvoiceDocument, labels: Labels, width: float) -> list[Block]:
    """Nothing where the document names no account, or an amount that no transfer can have."""
    transfer = document.transfer
    if transfer is None or not LEAST_CENTS <= transfer.amount_cents <= MOST_CENTS:
        return []
    room = width - CODE_SIZE - theme.GUTTER
    lines = [(shorten(text, style, room), style) for text, style in _lines(transfer, document, labels)]
    return [gap(18), Block(CODE_SIZE, partial(_paint, code_of(transfer), lines))]


def code_of(transfer: BankTransfer) -> Matrix:
    """The modules of the code, row by row, true where they are dark."""
    code = segno.helpers.make_epc_qr(
        name=_cut(transfer.name[:LONGEST_NAME], NAME_BYTES),
        iban=transfer.iban,
        amount=to_units(transfer.amount_cents, "EUR"),
        text=_cut(transfer.reference, TEXT_BYTES),
        bic=transfer.bic or None,
    )
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")


def _lines(transfer: BankTransfer, document: InvoiceDocument, labels: Labels) -> list[tuple[str, Style]]:
    reference = f"{words_of_receipts(document.locale).reference}: {transfer.reference}"
    account = f"IBAN: {grouped_iban(transfer.iban)}"
    bank = [(f"BIC: {transfer.bic}", theme.BODY)] if transfer.bic else []
    return [
        (labels.payment_instructions, theme.BODY_STRONG),
        (transfer.name, theme.BODY),
        (account, theme.BODY),
        *bank,
        (reference, theme.BODY),
    ]


def _paint(code: Matrix, lines: list[tuple[str, Style]], pen: Pen, top: float) -> None:
    pen.squares(pen.left, top, CODE_SIZE, code)
    y = top
    for text, style in lines:
        y = pen.text_below(pen.left + CODE_SIZE + theme.GUTTER, y, (text,), style)
