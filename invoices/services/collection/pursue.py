"""Ask a provider about one payment. The caller holds the customer's ``collecting`` lock, and no transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from billing_site.kernel.locks import session_lock
from invoices.models import Invoice, Payment, PaymentProvider
from invoices.providers import Collection, Outcome, OutcomeStatus, Provider, ProviderRefused
from invoices.services.announcements import tell_of_provider_fault
from invoices.services.collection.note import conclude_payment, write_down
from invoices.services.provider import remote_of

LONGEST_DESCRIPTION = 200


@contextmanager
def collecting(customer_id: UUID) -> Iterator[None]:
    """One process at a time asks for a customer's money. If it dies, the lock falls."""
    with session_lock("collecting", customer_id):
        yield


def pursue_payment(*, payment: Payment, provider: PaymentProvider, at: datetime) -> Payment:
    """Bring it as far as it gets: ask for it if nobody has, else find out what became of it.

    A definite refusal is a failed payment. Where nobody knows, ``ProviderRefused`` is raised, and it stays pending.
    """
    try:
        outcome = _pursued(payment, remote_of(provider), at)
    except ProviderRefused as refused:
        if refused.is_ours:
            tell_of_provider_fault(provider, "payment", refused, at=at)
        if refused.is_temporary:
            raise
        outcome = Outcome("", OutcomeStatus.FAILED, str(refused), refused.provider_code)
    return conclude_payment(payment_id=payment.id, outcome=outcome, at=at)


def withdraw_payment(*, payment: Payment, provider: PaymentProvider, at: datetime) -> Payment:
    """Do not ask for it any more; what the customer was faster to pay is paid."""
    remote = remote_of(provider)
    outcome = Outcome("", OutcomeStatus.WITHDRAWN, "Withdrawn.")
    if payment.page_id:
        outcome = remote.close_page(payment.page_id)
    elif payment.provider_payment_id:
        outcome = remote.cancel(payment.provider_payment_id)
    return conclude_payment(payment_id=payment.id, outcome=outcome, at=at)


def collection_of(payment: Payment) -> Collection:
    """The same however often it is asked for: a provider refuses a key that comes with something else."""
    invoices = list(Invoice.objects.filter(allocations__payment=payment).order_by("id"))
    names = " ".join([invoices[0].issuer_snapshot.get("name", ""), *(invoice.number for invoice in invoices)])
    return Collection(
        payment_id=payment.id,
        provider_customer_id=payment.provider_customer_id,
        amount_cents=payment.amount_cents,
        currency=payment.amount_currency,
        description=names.strip()[:LONGEST_DESCRIPTION] or str(payment.id),
        provider_method_id=payment.provider_method_id,
    )


def _pursued(payment: Payment, remote: Provider, at: datetime) -> Outcome:
    if payment.on_page:
        return _of_page(payment, remote)
    if payment.provider_payment_id:
        outcome = remote.look_up(payment.provider_payment_id)
    else:
        outcome = remote.prepare(collection_of(payment))
        write_down(payment=payment, provider_payment_id=outcome.provider_id, at=at)
    return remote.confirm(outcome.provider_id) if outcome.status is OutcomeStatus.PREPARED else outcome


def _of_page(payment: Payment, remote: Provider) -> Outcome:
    """Without an id nobody was ever shown it."""
    if not payment.page_id:
        return Outcome("", OutcomeStatus.WITHDRAWN, "The page was never shown.")
    return remote.look_up_page(payment.page_id)
