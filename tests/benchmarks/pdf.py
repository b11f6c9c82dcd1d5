"""Invoice PDFs per second on one core, against the obvious implementation with reportlab's platypus.

    python -m tests.benchmarks.pdf [--quick]

Both draw the same documents with the same fonts: a title, the parties, a table with a repeated head, totals. Every
document of a round differs in all of its numbers and names, so that nothing is gained by having drawn it before. Rounds
alternate between the two implementations; the table shows medians over the rounds. Then what issued invoices cost when
their links are opened: an issued document is drawn once and kept.
"""

import argparse
import os
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO

import django
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from pypdf import PdfReader
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
os.environ.setdefault("BILLING_LOG_LEVEL", "WARNING")
django.setup()

from invoices.documents.content import DocumentLine, InvoiceDocument, Party  # noqa: E402
from invoices.documents.pdf import render_invoice  # noqa: E402
from invoices.documents.typeface import Weight, typeface  # noqa: E402
from tests.benchmarks.served_pdf import served  # noqa: E402
from tests.invoices.documents.documents import invoice, line  # noqa: E402

Renderer = Callable[[InvoiceDocument], bytes]

BODY = ParagraphStyle("body", fontName=Weight.REGULAR, fontSize=8.5, leading=12)
STRONG = ParagraphStyle("strong", parent=BODY, fontName=Weight.SEMI_BOLD)
RIGHT = ParagraphStyle("right", parent=BODY, alignment=2)


@dataclass(frozen=True)
class Workload:
    name: str
    lines: int
    documents: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer documents and rounds")
    quick = parser.parse_args().quick
    workloads = [Workload("1 page, 12 lines", 12, 20 if quick else 100), Workload("200 lines", 200, 3 if quick else 10)]
    for weight in Weight:
        typeface(weight)
    print(f"{'work':<20}{'ours':>12}{'platypus':>12}{'ratio':>8}   (PDFs a second, one core, medians)")
    for workload in workloads:
        _compare(workload, rounds=3 if quick else 7)
    print(f"\n{'opened by link':<24}{'Python ms':>12}{'SQL ms':>10}{'a second':>10}   (one core)", flush=True)
    for what, spent in served(20 if quick else 400):
        print(f"{what:<24}{spent.python:>12.2f}{spent.sql:>10.2f}{1000 / spent.milliseconds:>10.0f}", flush=True)


def _compare(workload: Workload, rounds: int) -> None:
    _check(invoice_of(workload.lines, 0))
    ours, naive = [], []
    for number in range(rounds):
        documents = [invoice_of(workload.lines, number * workload.documents + i) for i in range(workload.documents)]
        ours.append(_speed(render_invoice, documents))
        naive.append(_speed(render_with_platypus, documents[: max(2, len(documents) // 4)]))
    fast, slow = statistics.median(ours), statistics.median(naive)
    print(f"{workload.name:<20}{fast:>12.1f}{slow:>12.1f}{fast / slow:>7.1f}x", flush=True)


def _speed(render: Renderer, documents: Sequence[InvoiceDocument]) -> float:
    # Processor time: "a core" must not depend on what else the machine does.
    begin = time.process_time()
    for document in documents:
        render(document)
    return len(documents) / (time.process_time() - begin)


def _check(document: InvoiceDocument) -> None:
    """Both show every line's label and amount, and ours the total."""
    for render in (render_invoice, render_with_platypus):
        text = re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(BytesIO(render(document))).pages))
        for one in document.groups[0].lines:
            assert one.label in text
            assert _money(one.amount_cents) in text
        assert _money(document.totals.total_due_amount_cents) in text


def invoice_of(lines: int, seed: int) -> InvoiceDocument:
    """All of its numbers and names depend on ``seed``."""
    name = f"Customer {seed:05d} Ltd"
    document = invoice(*(_line(seed * lines + number) for number in range(lines)), number=f"HOO-{seed:06d}")
    return replace(document, customer=Party(name, address_lines=(f"{seed} Main Street", "Dublin", "Ireland")))


def _line(seed: int) -> DocumentLine:
    # 1.37 × 0.25 a unit of the seed, rounded down: only the shape matters here.
    units = Decimal(seed) * Decimal("1.37")
    return line(f"Metered feature {seed}", str(units), "0.25", int(units * 25))


def render_with_platypus(document: InvoiceDocument) -> bytes:
    """What one writes first: paragraphs in a table, babel's one-call formatting."""
    buffer = BytesIO()
    template = SimpleDocTemplate(buffer, pagesize=A4, title=document.number, initialFontName=Weight.REGULAR)
    flow: list[Flowable] = [
        Paragraph(f"Invoice {document.number}", STRONG),
        Paragraph(format_date(document.issuing_date, "long", locale="en"), BODY),
        Spacer(1, 20),
        Table([[_party(document.issuer), _party(document.customer)]]),
        Spacer(1, 20),
        _lines_table(document),
        Spacer(1, 12),
        _totals_table(document),
    ]
    template.build(flow)
    return buffer.getvalue()


def _party(party: Party) -> list[Paragraph]:
    return [Paragraph(party.name, STRONG), *(Paragraph(address, BODY) for address in party.address_lines)]


def _lines_table(document: InvoiceDocument) -> Table:
    rows = [[Paragraph(head, STRONG) for head in ("Item", "Units", "Unit price", "Tax rate", "Amount")]]
    rows += [_row(one) for group in document.groups for one in group.lines]
    rule = ("LINEBELOW", (0, 0), (-1, -1), 0.6, colors.lightgrey)
    return Table(rows, colWidths=[200, 70, 70, 60, 80], repeatRows=1, style=[rule])


def _row(one: DocumentLine) -> list[Paragraph]:
    rate = sum(one.tax_rates_percent) / 100
    return [
        Paragraph(one.label, BODY),
        Paragraph(format_decimal(one.units, locale="en"), RIGHT),
        Paragraph(format_currency(one.unit_amount, "EUR", locale="en"), RIGHT),
        Paragraph(format_percent(rate, locale="en"), RIGHT),
        Paragraph(_money(one.amount_cents), RIGHT),
    ]


def _totals_table(document: InvoiceDocument) -> Table:
    totals = document.totals
    rows = [("Subtotal excl. tax", totals.sub_total_excluding_taxes_amount_cents)]
    rows += [(tax.name, tax.amount_cents) for tax in totals.taxes]
    rows += [("Total due", totals.total_due_amount_cents)]
    return Table([[Paragraph(label, BODY), Paragraph(_money(amount), RIGHT)] for label, amount in rows])


def _money(amount_cents: int) -> str:
    return format_currency(Decimal(amount_cents) / 100, "EUR", locale="en")


if __name__ == "__main__":
    main()
