"""What an invoice document shows: plain frozen values, nothing formatted, nothing computed.

Amounts are integer cents of ``InvoiceDocument.currency``; ``unit_amount`` is in currency units and ``units`` a
quantity, both exact; rates are percentages. Deductions are positive and shown with a minus sign. Dates are civil
dates in the customer's time zone; a ``Period`` includes both of its dates, as it is written on the page.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID


class DocumentStatus(Enum):
    """Everything but ``FINAL`` is printed across the page."""

    FINAL = "final"
    DRAFT = "draft"
    VOIDED = "voided"


class PaperSize(Enum):
    """Width and height in points."""

    A4 = (595.28, 841.89)
    LETTER = (612.0, 792.0)


@dataclass(frozen=True, slots=True)
class Period:
    from_date: date
    to_date: date


@dataclass(frozen=True, slots=True)
class Party:
    """The issuer or the customer. ``legal_name`` is left out on the page where it repeats ``name``."""

    name: str
    legal_name: str = ""
    address_lines: tuple[str, ...] = ()
    tax_identification_number: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTier:
    """One step of a line's price, such as "First 10 units", under its line."""

    label: str
    units: Decimal | None
    unit_amount: Decimal | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One fee. ``unit_amount`` is None where no single price applies (the tiers tell it)."""

    label: str
    units: Decimal | None
    unit_amount: Decimal | None
    amount_cents: int
    tax_rates_percent: tuple[Decimal, ...] = ()
    description: str = ""
    tiers: tuple[DocumentTier, ...] = ()
    fee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one subscription. An empty heading shows the lines alone (one-off invoices)."""

    lines: tuple[DocumentLine, ...]
    heading: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """A coupon or another credit. An empty label takes the catalogue's word for its kind."""

    amount_cents: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTax:
    name: str
    rate_percent: Decimal
    base_amount_cents: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """In the order of settlement (3.11): fees, progressive billing, coupons, taxes, credit notes, prepaid credits.

    ``only_total``: nothing leads to the total but the lines (receipts).
    """

    fees_amount_cents: int
    sub_total_excluding_taxes_amount_cents: int
    sub_total_including_taxes_amount_cents: int
    total_due_amount_cents: int
    progressive_billing_credits: tuple[Deduction, ...] = ()
    coupons: tuple[Deduction, ...] = ()
    taxes: tuple[DocumentTax, ...] = ()
    credit_notes: tuple[Deduction, ...] = ()
    prepaid_credits: tuple[Deduction, ...] = ()
    only_total: bool = False


@dataclass(frozen=True, slots=True)
class TextSection:
    """A titled block of text under the totals: payment instructions, notes, custom sections."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """Where euros are to be sent; ``reference`` is what tells the payment apart."""

    name: str
    iban: str
    bic: str
    amount_cents: int
    reference: str


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """A whole invoice. An unknown ``locale`` is shown in English; an empty ``title`` is the catalogue's "Invoice"."""

    number: str
    issuer: Party
    customer: Party
    issuing_date: date
    currency: str
    groups: tuple[LineGroup, ...]
    totals: DocumentTotals
    payment_due_date: date | None = None
    billing_period: Period | None = None
    locale: str = "en"
    title: str = ""
    status: DocumentStatus = DocumentStatus.FINAL
    payment_instructions: str = ""
    notes: str = ""
    sections: tuple[TextSection, ...] = ()
    footer: str = ""
    paper: PaperSize = PaperSize.A4
    transfer: BankTransfer | None = None
