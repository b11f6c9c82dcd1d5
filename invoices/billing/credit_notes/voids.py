"""Credit notes of an invoice that is voided: what its customer keeps, and the remainder, given up at once (3-P1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_site.kernel.errors import ValidationFailed
from invoices.billing.credit_notes.creditable import creditable_fees, with_credited
from invoices.billing.credit_notes.drafts import CreditNoteDraft
from invoices.billing.credit_notes.record import record_credit_notes
from invoices.billing.credit_notes.requested import Estimate, amounts_of
from invoices.models import CreditNote, Invoice, InvoiceType
from invoices.settlement import Split, credit_note_amounts, divided, fitted, rest_of


@dataclass(frozen=True, slots=True)
class VoidCredit:
    """What of an invoice the customer keeps when it is voided, with tax, in cents."""

    credit_amount: int = 0
    refund_amount: int = 0

    @property
    def total(self) -> int:
        return self.credit_amount + self.refund_amount


def give_back_voided(invoice: Invoice, credit: VoidCredit, *, at: datetime) -> list[CreditNote]:
    """Credit notes over all that is left of an issued invoice, which the caller has locked with its customer.

    Raises ``ValidationFailed`` for more than is left, or than was paid.
    """
    estimate = whole_of(invoice)
    check_void_credit(credit, estimate)
    return record_credit_notes(list(_drafts(estimate, credit)), at=at)


def whole_of(invoice: Invoice) -> Estimate:
    """Everything that can still be credited."""
    fees = creditable_fees(with_credited(invoice.fees.all()))
    return amounts_of(invoice, rest_of(list(fees.values())), fees)


def check_void_credit(credit: VoidCredit, estimate: Estimate) -> None:
    """A top-up is refunded only (3-N7).

    Raises ``ValidationFailed``: ``higher_than_remaining_invoice_amount``, ``cannot_refund_unpaid_invoice``.
    """
    most, is_top_up = estimate.most, estimate.invoice.invoice_type == InvoiceType.CREDIT
    wrong = {}
    if (credit.credit_amount if is_top_up else credit.total) > most.credit_amount_cents:
        wrong["credit_amount"] = ["higher_than_remaining_invoice_amount"]
    if credit.refund_amount > most.refund_amount_cents:
        paid = estimate.credited.balance.paid_amount_cents
        wrong["refund_amount"] = ["higher_than_remaining_invoice_amount" if paid else "cannot_refund_unpaid_invoice"]
    if wrong:
        raise ValidationFailed(wrong)


def _drafts(estimate: Estimate, credit: VoidCredit) -> Iterator[CreditNoteDraft]:
    """Each note fits its own rounded total; what is kept may differ by a cent from what was asked for (3-N3)."""
    invoice, whole = estimate.invoice, estimate.amounts
    rounding = estimate.credited.tax_rounding_cents
    kept, remainder = divided(whole.items, credit.total, whole.total_amount_cents)
    if credit.total:
        amounts = credit_note_amounts(kept, tax_rounding_cents=Decimal(0) if remainder else rounding)
        asked = Split(credit_amount_cents=credit.credit_amount, refund_amount_cents=credit.refund_amount)
        yield CreditNoteDraft(invoice, amounts, fitted(asked, amounts.total_amount_cents))
        rounding += amounts.taxes_amount_cents - amounts.precise_taxes_amount_cents
    rest = credit_note_amounts(remainder, tax_rounding_cents=rounding)
    if rest.total_amount_cents:
        yield CreditNoteDraft(invoice, rest, Split(credit_amount_cents=rest.total_amount_cents), is_given_up=True)
