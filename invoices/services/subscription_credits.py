"""Credit notes that a subscription's end causes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from invoices.billing.bill import lock_customers
from invoices.billing.credit_notes.terminations import give_back_unused_days
from invoices.models import CreditNote
from invoices.services.payment_status import settle_what_is_paid
from plans.models import Subscription


@transaction.atomic
def credit_unused_days(*, subscriptions: Sequence[Subscription], at: datetime) -> list[CreditNote]:
    """Give back what was paid in advance for days after the end (3-S9 … 3-S12). Idempotent."""
    lock_customers({each.customer_id for each in subscriptions if each.plan.pay_in_advance})
    notes = give_back_unused_days(subscriptions, at=at)
    settle_what_is_paid(list({note.invoice for note in notes if note.offset_amount_cents}), at=at)
    return notes
