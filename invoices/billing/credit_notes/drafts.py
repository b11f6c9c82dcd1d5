"""A credit note before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from invoices.models import CreditNoteReason, Invoice
from invoices.settlement import CreditNoteAmounts, Split


@dataclass(frozen=True, slots=True)
class Remarks:
    """Why a credit note is issued, and what is noted on it."""

    reason: str = CreditNoteReason.OTHER
    description: str = ""
    metadata: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreditNoteDraft:
    """``invoice`` has its ``customer`` and that one's ``billing_entity`` loaded.

    ``is_given_up``: it is void from the start.
    """

    invoice: Invoice
    amounts: CreditNoteAmounts
    split: Split
    remarks: Remarks = field(default_factory=Remarks)
    is_automatic: bool = False
    is_given_up: bool = False
