"""What becomes of a credit note's total: credit, refund and offset, and how far each can go (3-N5). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from billing_site.kernel.errors import ValidationFailed
from invoices.settlement.credit_note_amounts import CreditedItem, CreditNoteAmounts

# What may lie between a total as it was asked for and the sum of its items (3-N2).
TOLERANCE_CENTS = 1


class Split(NamedTuple):
    """Cents for future invoices, back to the customer, and off what is due on the invoice itself."""

    credit_amount_cents: int = 0
    refund_amount_cents: int = 0
    offset_amount_cents: int = 0

    @property
    def total_amount_cents(self) -> int:
        return sum(self)


@dataclass(frozen=True, slots=True)
class CreditedInvoice:
    """What an invoice came to with tax, what was paid and is due, and what its credit notes gave back so far."""

    sub_total_including_taxes_amount_cents: int
    paid_amount_cents: int
    due_amount_cents: int
    given_back: Split = field(default_factory=Split)

    @property
    def creditable_amount_cents(self) -> int:
        given = self.given_back
        return self.sub_total_including_taxes_amount_cents - given.credit_amount_cents - given.offset_amount_cents

    @property
    def refundable_amount_cents(self) -> int:
        return self.paid_amount_cents - self.given_back.refund_amount_cents

    @property
    def limits(self) -> Split:
        ways = (self.creditable_amount_cents, self.refundable_amount_cents, self.due_amount_cents)
        return Split(*(max(way, 0) for way in ways))

    def most(self, total_amount_cents: int) -> Split:
        """The most of a credit note of this total that each way allows (N4)."""
        return Split(*(min(total_amount_cents, way) for way in self.limits))


def check_items(items: Iterable[CreditedItem]) -> None:
    """3-N1. Raises ``ValidationFailed``: ``higher_than_remaining_fee_amount``."""
    if any(item.amount_cents > item.fee.creditable_amount_cents for item in items):
        raise ValidationFailed(amount_cents=["higher_than_remaining_fee_amount"])


def check_split(split: Split, amounts: CreditNoteAmounts, invoice: CreditedInvoice) -> None:
    """3-N2 and 3-N5. Raises ``ValidationFailed`` with all that is wrong, by field.

    ``cannot_refund_unpaid_invoice``, ``higher_than_remaining_invoice_amount``; of the whole
    ``does_not_match_item_amounts`` where more than a cent is missing, and ``total_amount_must_be_positive``.
    """
    wrong = {
        name: [_too_much(name, invoice)]
        for name, asked, most in zip(Split._fields, split, invoice.limits, strict=True)
        if asked > most
    }
    if abs(split.total_amount_cents - amounts.rounded_precise_total_cents) > TOLERANCE_CENTS:
        wrong["base"] = ["does_not_match_item_amounts"]
    elif not split.total_amount_cents or not amounts.total_amount_cents:
        wrong["base"] = ["total_amount_must_be_positive"]
    if wrong:
        raise ValidationFailed(wrong)


def fitted(split: Split, total_amount_cents: int) -> Split:
    """``split`` as it adds up to the credit note's total; the first way that is used takes the cent (3-N3).

    11,768 asked as credit for a total of 11,767: 11,767.
    """
    used = next(name for name, cents in zip(Split._fields, split, strict=True) if cents)
    return split._replace(**{used: getattr(split, used) + total_amount_cents - split.total_amount_cents})


def _too_much(name: str, invoice: CreditedInvoice) -> str:
    unpaid = name == "refund_amount_cents" and not invoice.paid_amount_cents
    return "cannot_refund_unpaid_invoice" if unpaid else "higher_than_remaining_invoice_amount"
