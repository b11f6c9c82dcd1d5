"""Invoice numbers: given at finalization, in order and without gaps (3-I1 … 3-I4)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models.functions import Greatest

from billing_site.kernel.copy import text_array
from customers.models import BillingEntity, Customer, DocumentNumbering
from invoices.models import DocumentSequence, Invoice, InvoiceStatus
from plans.periods import local_date


class Number(NamedTuple):
    """``sequence`` counts the customer's invoices of the issuer, whatever the form of the number."""

    text: str
    sequence: int


class Numbered(NamedTuple):
    """What decides the number of an invoice."""

    issuer: BillingEntity
    customer: Customer
    self_billed: bool = False

    @property
    def own_counter(self) -> "_Counter":
        return _Counter(self.issuer.id, self.customer.id)

    @property
    def shared_counter(self) -> "_Counter | None":
        """Self-billed invoices are numbered per customer even where the others are not (3-I3)."""
        per_customer = self.issuer.document_numbering == DocumentNumbering.PER_CUSTOMER
        return None if per_customer or self.self_billed else _Counter(self.issuer.id, None)


class _Counter(NamedTuple):
    billing_entity_id: UUID
    customer_id: UUID | None


def draft_number(issuer: BillingEntity) -> str:
    return f"{issuer.document_number_prefix}-DRAFT"


def take_numbers(invoices: Sequence[Numbered], *, at: datetime) -> list[Number]:
    """One number for each invoice given, in that order.

    Must run in the transaction that writes the invoices: the counters stay locked until it commits, and are
    given back when it does not. Counters are raised in one order, so that two runs cannot deadlock.
    """
    counters = [counter for each in invoices for counter in (each.own_counter, each.shared_counter) if counter]
    wanted = Counter(counters)
    following = {key: last - wanted[key] for key, last in _raise(wanted).items()}
    numbers = []
    for each in invoices:
        for counter in (each.own_counter, each.shared_counter):
            if counter:
                following[counter] += 1
        sequence = following[each.own_counter]
        shared = following[each.shared_counter] if each.shared_counter else None
        numbers.append(Number(_text(each, sequence, shared, at), sequence))
    return numbers


def lock_shared_counters(billing_entity_ids: Collection[UUID]) -> None:
    """Where customers of several billing entities share counters, hold those from the start, in one order.

    A transaction that takes numbers more than once would otherwise hold one counter while it waits for another.
    """
    if len(billing_entity_ids) > 1:
        shared = BillingEntity.objects.filter(
            id__in=billing_entity_ids, document_numbering=DocumentNumbering.PER_BILLING_ENTITY
        )
        _raise(Counter({_Counter(key, None): 0 for key in shared.values_list("id", flat=True)}))


def continue_shared_counter(issuer: BillingEntity) -> None:
    """Let the numbers of an issuer go on after all invoices it has issued so far, when they are to share a counter.

    Three customers with two invoices each, numbered per customer: the next one is 007.
    """
    issued = Invoice.objects.filter(
        billing_entity=issuer, self_billed=False, status__in=(InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)
    )
    _raise(Counter({_Counter(issuer.id, None): 0}))
    counter = DocumentSequence.objects.filter(billing_entity=issuer, customer=None)
    counter.update(last_number=Greatest("last_number", issued.count()))


def _text(invoice: Numbered, sequence: int, shared: int | None, at: datetime) -> str:
    prefix, customer = invoice.issuer.document_number_prefix, invoice.customer
    if shared is None:
        return f"{prefix}-{customer.sequential_id:03d}-{sequence:03d}"
    return f"{prefix}-{local_date(at, customer.applicable_timezone):%Y%m}-{shared:03d}"


_RAISE = """
    INSERT INTO invoices_documentsequence (billing_entity_id, customer_id, last_number)
    SELECT entity, nullif(customer, '')::uuid, wanted
    FROM unnest(%s::uuid[], %s::text[], %s::int[]) AS wish (entity, customer, wanted)
    ORDER BY 1, 2
    ON CONFLICT (billing_entity_id, customer_id)
    DO UPDATE SET last_number = invoices_documentsequence.last_number + excluded.last_number
    RETURNING billing_entity_id, customer_id, last_number
"""


def _raise(wanted: Counter[_Counter]) -> dict[_Counter, int]:
    if not wanted:
        return {}
    parameters = (
        text_array(counter.billing_entity_id.hex for counter in wanted),
        # An empty text where customers share a counter.
        text_array(counter.customer_id.hex if counter.customer_id else "" for counter in wanted),
        text_array(map(str, wanted.values())),
    )
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, parameters)
        return {_Counter(entity, customer): last for entity, customer, last in cursor.fetchall()}
