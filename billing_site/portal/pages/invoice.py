"""One invoice: the very document that its PDF shows, as a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.formatting import (
    format_date,
    format_money,
    format_period,
    format_rate,
    format_unit_amount,
    format_units,
)
from billing_site.portal.access import Visit
from billing_site.portal.pages.invoice_rows import Badge, badge_of, due_of
from billing_site.portal.pages.reasons import reasons_of
from billing_site.portal.words import words_for
from invoices.documents.assemble import assemble
from invoices.documents.content import DocumentLine, DocumentTier, InvoiceDocument, Party, Period
from invoices.documents.labels import Labels, labels_for
from invoices.documents.totals import total_rows
from invoices.models import Invoice


class Price(NamedTuple):
    """Empty texts where a number does not apply."""

    units: str
    unit_amount: str
    amount: str


class TierRow(NamedTuple):
    """A step of a line's price."""

    label: str
    price: Price


@dataclass(frozen=True, slots=True)
class LineRow:
    label: str
    description: str
    price: Price
    tax_rates: str
    tiers: tuple[TierRow, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    period: str
    rows: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    amount: str
    is_sum: bool


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """``due`` is what is still open today, ``total`` what the invoice asked for."""

    document: InvoiceDocument
    labels: Labels
    badge: Badge
    facts: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, Party], ...]
    groups: tuple[Group, ...]
    totals: tuple[Total, ...]
    total: str
    due: str


def invoice_page(visit: Visit, invoice: Invoice) -> InvoicePage:
    """Wants ``invoices.queries.with_details``. Written in the language that the invoice was issued in."""
    document = assemble(invoice)
    reasons = {fee.id: reasons_of(fee, words_for(document.locale), document.locale) for fee in invoice.fees.all()}
    labels = labels_for(document.locale)
    return InvoicePage(
        document=document,
        labels=labels,
        badge=badge_of(invoice, visit.words),
        facts=tuple(_facts(document, labels)),
        parties=((labels.issued_by, document.issuer), (labels.bill_to, document.customer)),
        groups=tuple(
            Group(
                group.heading,
                _period(group.period, document.locale),
                tuple(_row(line, document, reasons) for line in group.lines),
            )
            for group in document.groups
            if group.lines
        ),
        totals=tuple(
            Total(row.label, _money(row.amount_cents, document), row.ruled) for row in total_rows(document, labels)
        ),
        total=_money(document.totals.total_due_amount_cents, document),
        due=due_of(visit, invoice),
    )


def _facts(document: InvoiceDocument, labels: Labels) -> list[tuple[str, str]]:
    facts = [(labels.issuing_date, format_date(document.issuing_date, document.locale))]
    if document.payment_due_date:
        facts.append((labels.payment_due_date, format_date(document.payment_due_date, document.locale)))
    if document.billing_period:
        facts.append((labels.billing_period, _period(document.billing_period, document.locale)))
    return facts


def _row(line: DocumentLine, document: InvoiceDocument, reasons: Mapping[UUID, tuple[str, ...]]) -> LineRow:
    return LineRow(
        label=line.label,
        description=line.description,
        price=_price(line, document),
        tax_rates=" + ".join(format_rate(rate, document.locale) for rate in line.tax_rates_percent),
        tiers=tuple(TierRow(tier.label, _price(tier, document)) for tier in line.tiers),
        reasons=reasons.get(line.fee_id, ()) if line.fee_id else (),
    )


def _price(line: DocumentLine | DocumentTier, document: InvoiceDocument) -> Price:
    unit_amount = line.unit_amount
    return Price(
        units="" if line.units is None else format_units(line.units, document.locale),
        unit_amount="" if unit_amount is None else format_unit_amount(unit_amount, document.currency, document.locale),
        amount=_money(line.amount_cents, document),
    )


def _money(amount_cents: int, document: InvoiceDocument) -> str:
    return format_money(amount_cents, document.currency, document.locale)


def _period(period: Period | None, locale: str) -> str:
    return format_period(period.from_date, period.to_date, locale) if period else ""
