"""Builders of documents for the tests, the benchmark and the samples."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from invoices.documents.content import (
    Deduction,
    DocumentLine,
    DocumentTax,
    DocumentTier,
    DocumentTotals,
    InvoiceDocument,
    LineGroup,
    Party,
    Period,
)

JANUARY = Period(date(2024, 1, 1), date(2024, 1, 31))
VAT = Decimal("20")

ISSUER = Party(
    name="Hooli Cloud",
    legal_name="Hooli Cloud SAS",
    address_lines=("12 rue du Faubourg", "75010 Paris", "France"),
    tax_identification_number="FR 40 123456824",
    email="billing@hooli.example",
)
CUSTOMER = Party(
    name="Acme Robotics",
    legal_name="Acme Robotics GmbH",
    address_lines=("Müllerstraße 153", "13353 Berlin", "Germany"),
    tax_identification_number="DE 123 456 789",
    email="accounts@acme.example",
)
API_CALLS = DocumentLine(
    label="API calls",
    units=Decimal("15250"),
    unit_amount=None,
    # 10,000 × 0.010 = 100.00; 5,250 × 0.008 = 42.00
    amount_cents=14200,
    tax_rates_percent=(VAT,),
    tiers=(
        DocumentTier("First 10,000 units", Decimal("10000"), Decimal("0.01"), 10000),
        DocumentTier("Next units", Decimal("5250"), Decimal("0.008"), 4200),
    ),
)


def line(label: str = "Storage", units: str = "12.5", unit_amount: str = "2", amount_cents: int = 2500) -> DocumentLine:
    return DocumentLine(label, Decimal(units), Decimal(unit_amount), amount_cents, (VAT,))


def totals_of(fees_amount_cents: int) -> DocumentTotals:
    """Totals of fees with one tax of 20 % and nothing deducted."""
    tax = fees_amount_cents // 5
    return DocumentTotals(
        fees_amount_cents=fees_amount_cents,
        sub_total_excluding_taxes_amount_cents=fees_amount_cents,
        taxes=(DocumentTax("VAT", VAT, fees_amount_cents, tax),),
        sub_total_including_taxes_amount_cents=fees_amount_cents + tax,
        total_due_amount_cents=fees_amount_cents + tax,
    )


def invoice(*lines: DocumentLine, **changes: Any) -> InvoiceDocument:
    """A finalized invoice of one subscription with ``lines``."""
    document = InvoiceDocument(
        number="HOO-2024-0042",
        issuer=ISSUER,
        customer=CUSTOMER,
        issuing_date=date(2024, 2, 1),
        payment_due_date=date(2024, 3, 2),
        billing_period=JANUARY,
        currency="EUR",
        groups=(LineGroup(lines, "Scale plan", JANUARY),),
        totals=totals_of(sum(line.amount_cents for line in lines)),
        footer="Hooli Cloud SAS · RCS Paris 123 456 824 · Share capital 10,000 € · www.hooli.example",
    )
    return replace(document, **changes)


def invoice_with_everything(**changes: Any) -> InvoiceDocument:
    """Two subscriptions, tiers, and every kind of deduction.

    Fees 49.00 + 142.00 + 25.00 + 19.00 = 235.00; less 20.00 billed before and 21.50 of coupon: 193.50; 20 % of it is
    38.70: 232.20; less 10.00 and 50.00: 172.20 due.
    """
    scale = LineGroup((line("Scale plan", "1", "49", 4900), API_CALLS, line()), "Scale plan · production", JANUARY)
    support = LineGroup(
        (replace(line("Support", "1", "19", 1900), description="Business hours, 4 h response"),), "Support", JANUARY
    )
    totals = DocumentTotals(
        fees_amount_cents=23500,
        progressive_billing_credits=(Deduction(2000),),
        coupons=(Deduction(2150, "Launch partner (10 %)"),),
        sub_total_excluding_taxes_amount_cents=19350,
        taxes=(DocumentTax("VAT", VAT, 19350, 3870),),
        sub_total_including_taxes_amount_cents=23220,
        credit_notes=(Deduction(1000),),
        prepaid_credits=(Deduction(5000),),
        total_due_amount_cents=17220,
    )
    document = replace(
        invoice(),
        groups=(scale, support),
        totals=totals,
        payment_instructions="Please transfer to IBAN FR76 3000 6000 0112 3456 7890 189,\nreference HOO-2024-0042.",
        notes="Late payment: interest at three times the legal rate and 40 € for the costs of recovery.",
    )
    return replace(document, **changes)
