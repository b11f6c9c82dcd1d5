"""What a command will bill, in the lines of its question."""

from collections.abc import Iterator

from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.preview_lines import PreviewLine
from invoices.models import CreditNote, Invoice
from invoices.services.consequences import Consequences

FEES_SHOWN = 12
NOTHING = PreviewLine("This bills nothing now.")


def lines_of(found: Consequences) -> list[PreviewLine]:
    """Every invoice with its fees, then what is given back; one line that says so where it is nothing."""
    if found.is_nothing:
        return [NOTHING]
    lines = [line for invoice in found.invoices for line in _invoice(invoice)]
    lines += [_credit_note(note) for note in found.credit_notes]
    lines += [
        PreviewLine(f"Invoice {invoice.number} is voided", money(-invoice.total_amount_cents, invoice.currency))
        for invoice in found.voided
    ]
    return lines


def _invoice(invoice: Invoice) -> Iterator[PreviewLine]:
    kind = "A draft, final by itself on " if invoice.is_draft else "This will bill, on "
    when = invoice.expected_finalization_date if invoice.is_draft else invoice.issuing_date
    yield PreviewLine(f"{kind}{day(when)}", money(invoice.total_amount_cents, invoice.currency), is_total=True)
    fees = list(invoice.fees.all())
    for fee in fees[:FEES_SHOWN]:
        yield PreviewLine(fee.display_name, money(fee.amount_cents, fee.amount_currency))
    if len(fees) > FEES_SHOWN:
        rest = sum(fee.amount_cents for fee in fees[FEES_SHOWN:])
        yield PreviewLine(f"{len(fees) - FEES_SHOWN} more", money(rest, invoice.currency))
    for name, cents in (
        ("Coupons", -invoice.coupons_amount_cents),
        ("Billed before, progressively", -invoice.progressive_billing_credit_amount_cents),
        ("Taxes", invoice.taxes_amount_cents),
        ("Credit notes", -invoice.credit_notes_amount_cents),
        ("Prepaid credits", -invoice.prepaid_credit_amount_cents),
    ):
        if cents:
            yield PreviewLine(name, money(cents, invoice.currency))


def _credit_note(note: CreditNote) -> PreviewLine:
    parts = {
        "refunded": note.refund_amount_cents,
        "taken off its invoice": note.offset_amount_cents,
        "kept as credit": note.balance_amount_cents,
    }
    used = ", ".join(f"{money(cents, note.currency)} {what}" for what, cents in parts.items() if cents)
    text = "A credit note for what was paid and not used"
    return PreviewLine(
        f"{text}: {used}" if used else text, money(-note.total_amount_cents, note.currency), is_total=True
    )
