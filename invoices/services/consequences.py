"""What a command brings about at once: it is done in a rehearsal, with all the billing that it queues."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.ids import uuid7
from billing_site.kernel.rehearsal import rehearsal
from customers.models import Customer
from invoices.models import BillingFailure, CreditNote, Invoice, InvoiceStatus
from usage.rollup import roll

# The tasks by which commands bill; documents, mails and webhooks are none of a rehearsal's business.
BILLING_TASKS = (
    "invoices.tasks.bill_starts",
    "invoices.tasks.bill_ends",
    "invoices.tasks.bill_plan_changes",
    "invoices.tasks.bill_trial_ends",
    "invoices.tasks.charge_units",
    "invoices.tasks.finalize_drafts_of_customer",
    "invoices.tasks.finalize_drafts_of_plan",
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """New invoices with their fees, oldest first, new credit notes, and invoices that are voided, all of one customer.

    ``result`` is what the command returned; like all rows here it is gone again.
    """

    result: Any
    invoices: tuple[Invoice, ...]
    credit_notes: tuple[CreditNote, ...]
    voided: tuple[Invoice, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.invoices or self.credit_notes or self.voided)

    @property
    def net_cents(self) -> dict[str, int]:
        """By currency: what is to be paid on new invoices, less what is refunded and what is left as credit."""
        net: Counter[str] = Counter()
        for invoice in self.invoices:
            net[invoice.currency] += invoice.total_due_amount_cents
        for note in self.credit_notes:
            net[note.currency] -= note.balance_amount_cents + note.refund_amount_cents
        for invoice in self.voided:
            net[invoice.currency] -= invoice.total_amount_cents
        return dict(net)


def consequences_of(act: Callable[[], Any], *, customer: Customer) -> Consequences:
    """Do it, bill what follows from it, look, and undo all of it.

    The customer's row is held meanwhile. Raises what ``act`` raises, and ``NotAllowed`` (``cannot_be_billed``) with the
    reason where the customer would be set aside.
    """
    roll()
    with rehearsal(performing=BILLING_TASKS):
        voided_before = set(_voided(customer))
        # Ids ascend, so whatever comes to be from here on is above this one.
        beginning = uuid7()
        result = act()
        _refuse_failures(customer, beginning)
        return Consequences(
            result=result,
            invoices=tuple(_new(Invoice, customer, beginning).exclude(status=InvoiceStatus.CLOSED)),
            credit_notes=tuple(_new(CreditNote, customer, beginning)),
            voided=tuple(Invoice.objects.filter(pk__in=set(_voided(customer)) - voided_before)),
        )


def _new(kind: type[Any], customer: Customer, beginning: UUID) -> Any:
    rows = kind.objects.filter(customer=customer, pk__gt=beginning).order_by("created_at", "pk")
    return rows.prefetch_related("fees") if kind is Invoice else rows


def _voided(customer: Customer) -> Any:
    return Invoice.objects.filter(customer=customer, status=InvoiceStatus.VOIDED).values_list("pk", flat=True)


def _refuse_failures(customer: Customer, beginning: UUID) -> None:
    for failure in BillingFailure.objects.filter(customer=customer, pk__gt=beginning):
        raise NotAllowed("cannot_be_billed", f"The customer cannot be billed: {failure.reason}")
