"""What becomes of a credit note's total: credit, refund and offset, and how far each can go (3-N5). Pure."""

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

    def most(self, total_amount_cents: int) -> Split:
        """The most of a credit note of this total that each way allows (N4)."""
        ways = (self.creditable_amount_cents, self.refundable_amount_cents, self.due_amount_cents)
        return Split(*(max(min(total_amount_cents, way), 0) for way in ways))


def check_items(items: list[CreditedItem]) -> None:
    """3-N1. Raises ``ValidationFailed``: ``higher_than_remaining_fee_amount``."""
    if any(item.amount_cents > item.fee.creditable_amount_cents for item in items):
        raise ValidationFailed(amount_cents=["higher_than_remaining_fee_amount"])


def check_split(split: Split, invoice: CreditedInvoice) -> None:
    """3-N5. Raises ``ValidationFailed``: ``cannot_refund_unpaid_invoice``, ``higher_than_remaining_invoice_amount``."""
    if split.refund_amount_cents and not invoice.paid_amount_cents:
        raise ValidationFailed(refund_amount_cents=["cannot_refund_unpaid_invoice"])
    limits = Split(invoice.creditable_amount_cents, invoice.refundable_amount_cents, invoice.due_amount_cents)
    wrong = [
        name for name, asked, most in zip(Split._fields, split, limits, strict=True) if asked and asked > max(most, 0)
    ]
    if wrong:
        raise ValidationFailed({name: ["higher_than_remaining_invoice_amount"] for name in wrong})


def fitted(split: Split, amounts: CreditNoteAmounts) -> Split:
    """``split`` as it adds up to the credit note's total; the first way that is used takes the cent (3-N3).

    11,768 asked as credit for items that come to 11,767.64, with rounded parts of 9,806 and 1,961: 11,767. Raises
    ``ValidationFailed`` (``does_not_match_item_amounts``) where more than a cent is missing, and for nothing at all.
    """
    total = amounts.total_amount_cents
    if abs(split.total_amount_cents - amounts.rounded_precise_total_cents) > TOLERANCE_CENTS:
        raise ValidationFailed(base=["does_not_match_item_amounts"])
    if not split.total_amount_cents or not total:
        raise ValidationFailed(base=["total_amount_must_be_positive"])
    used = next(name for name, cents in zip(Split._fields, split, strict=True) if cents)
    return split._replace(**{used: getattr(split, used) + total - split.total_amount_cents})
