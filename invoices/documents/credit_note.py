"""A credit note as its document: the invoice's parties, an item for each fee, and how the total is given back."""

from collections.abc import Iterator
from hashlib import sha256

from billing_site.kernel.formatting import FALLBACK_LOCALE, format_money
from invoices.documents.assemble import fee_label
from invoices.documents.content import (
    Deduction,
    DocumentLine,
    DocumentTax,
    DocumentTotals,
    InvoiceDocument,
    LineGroup,
    TextSection,
)
from invoices.documents.credit_note_words import credit_note_labels, words_for
from invoices.documents.labels import document_locale
from invoices.documents.parties import paper_of, party_of
from invoices.documents.pdf import render
from invoices.documents.store import Pdf
from invoices.models import CreditNote, CreditNoteItem
from invoices.queries import credit_notes_for_wire


def credit_note_pdf(note: CreditNote) -> Pdf:
    """Drawn afresh each time, from what cannot change once it is issued: the same note gives the same bytes."""
    shown = credit_notes_for_wire(CreditNote.objects.filter(id=note.id)).get()
    document = assemble_credit_note(shown)
    content = render(document, credit_note_labels(document.locale))
    return Pdf(content, f'"{sha256(content).hexdigest()}"')


def assemble_credit_note(note: CreditNote) -> InvoiceDocument:
    """Wants ``queries.credit_notes_for_wire``; then it queries nothing."""
    invoice = note.invoice
    locale = document_locale(invoice.customer_snapshot.get("locale") or FALLBACK_LOCALE)
    return InvoiceDocument(
        number=note.number,
        issuer=party_of(invoice.issuer_snapshot, locale),
        customer=party_of(invoice.customer_snapshot, locale),
        issuing_date=note.issuing_date,
        currency=note.currency,
        groups=(LineGroup(tuple(_line(item, locale) for item in note.items.all())),),
        totals=_totals(note),
        locale=locale,
        sections=tuple(_sections(note, locale)),
        footer=invoice.issuer_snapshot.get("invoice_footer", ""),
        paper=paper_of(invoice.issuer_snapshot),
    )


def _line(item: CreditNoteItem, locale: str) -> DocumentLine:
    return DocumentLine(
        label=fee_label(item.fee, locale),
        units=None,
        unit_amount=None,
        amount_cents=item.amount_cents,
        tax_rates_percent=tuple(tax.tax_rate_percent for tax in item.fee.applied_taxes.all()),
    )


def _totals(note: CreditNote) -> DocumentTotals:
    coupons = note.coupons_adjustment_amount_cents
    return DocumentTotals(
        fees_amount_cents=note.sub_total_excluding_taxes_amount_cents + coupons,
        sub_total_excluding_taxes_amount_cents=note.sub_total_excluding_taxes_amount_cents,
        sub_total_including_taxes_amount_cents=note.total_amount_cents,
        total_due_amount_cents=note.total_amount_cents,
        coupons=(Deduction(coupons),) if coupons else (),
        taxes=tuple(
            DocumentTax(tax.tax_name, tax.tax_rate_percent, tax.base_amount_cents, tax.amount_cents)
            for tax in note.applied_taxes.all()
        ),
    )


def _sections(note: CreditNote, locale: str) -> Iterator[TextSection]:
    words = words_for(locale)
    yield TextSection(words.on_invoice, note.invoice.number)
    ways = (
        (words.credit, note.credit_amount_cents),
        (words.refund, note.refund_amount_cents),
        (words.offset, note.offset_amount_cents),
    )
    lines = [f"{way}: {format_money(cents, note.currency, locale)}" for way, cents in ways if cents]
    yield TextSection(words.given_back, "\n".join(lines))
    if note.description:
        yield TextSection(credit_note_labels(locale).notes, note.description)
