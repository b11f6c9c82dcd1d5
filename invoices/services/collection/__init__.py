"""Take money by a payment provider.

A payment is noted here, prepared there (which moves no money), its id is written, and only then it is confirmed.
Whoever is cut short in between leaves a pending payment; whoever takes it up asks the provider by that id what became
of it. One payment at a time claims an invoice, and one process at a time works on the payments of a customer.
"""

from invoices.services.collection.collect import (
    collect_invoice,
    collect_request,
    follow_payment,
    payment_page,
    retry_payment,
)
from invoices.services.collection.note import conclude_payment, due_cents
from invoices.services.collection.pursue import collecting

__all__ = [
    "collect_invoice",
    "collect_request",
    "collecting",
    "conclude_payment",
    "due_cents",
    "follow_payment",
    "payment_page",
    "retry_payment",
]
