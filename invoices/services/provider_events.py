"""What payment providers tell by themselves: signed, in any order, and several times."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from invoices.models import Invoice, InvoiceStatus, Payment, PaymentProvider, PaymentStatus, ProviderMessage
from invoices.providers import Outcome, OutcomeStatus, ProviderEvent, ProviderEventKind
from invoices.services.collection import conclude_payment
from invoices.services.dispute import lose_dispute
from invoices.services.payment_method import forget_method, save_method
from invoices.services.provider import remote_of
from invoices.services.refund import conclude_refund, refund_by_provider_id

_SAID = {OutcomeStatus.SUCCEEDED: PaymentStatus.SUCCEEDED, OutcomeStatus.FAILED: PaymentStatus.FAILED}


def receive_event(*, provider: PaymentProvider, body: bytes, signature: str, at: datetime) -> None:
    """Do what the event means here, once; unknown ones mean nothing. Raises ``Unauthorized`` for a forged one."""
    event = remote_of(provider).event(body, signature)
    if event is not None:
        act_on_event(provider=provider, event=event, at=at)


@command
def act_on_event(*, provider: PaymentProvider, event: ProviderEvent, at: datetime) -> None:
    """The message and what follows from it are one transaction, so the second delivery finds the first one's."""
    payment = _payment_of(provider, event)
    if not _keep(provider, event, payment, at):
        return
    match event:
        case ProviderEvent(kind=ProviderEventKind.PAYMENT | ProviderEventKind.PAGE, outcome=Outcome() as outcome):
            _conclude(payment, event.kind, outcome, at)
        case ProviderEvent(kind=ProviderEventKind.METHOD_SAVED, method=saved) if saved is not None:
            save_method(provider=provider, saved=saved, at=at)
        case ProviderEvent(kind=ProviderEventKind.METHOD_GONE, method=gone) if gone is not None:
            forget_method(provider=provider, provider_method_id=gone.provider_method_id, at=at)
        case ProviderEvent(kind=ProviderEventKind.REFUND, outcome=Outcome() as outcome):
            _conclude_refund(provider, outcome, at)
        case ProviderEvent(kind=ProviderEventKind.DISPUTE_LOST) if payment is not None:
            _lose(payment, at)


def provider_by_code(organization_id: UUID, provider_type: str, code: str) -> PaymentProvider:
    """Of one organization; without a code the only one of its type. Raises ``NotFound``."""
    named = PaymentProvider.objects.filter(
        organization=organization_id, provider_type=provider_type, deleted_at__isnull=True
    )
    found = (named.filter(code=code) if code else named).select_related("organization").order_by("created_at").first()
    if found is None or not found.webhook_secret:
        raise NotFound("payment_provider")
    return found


def _payment_of(provider: PaymentProvider, event: ProviderEvent) -> Payment | None:
    """None for what is somebody else's business with the same provider."""
    if event.outcome is None:
        return None
    own = Payment.objects.filter(organization=provider.organization_id, provider_code=provider.code)
    named = own.filter(id=event.payment_id).first() if event.payment_id is not None else None
    told = event.outcome.provider_id
    return named or (own.filter(provider_payment_id=told).first() if told else None)


def _keep(provider: PaymentProvider, event: ProviderEvent, payment: Payment | None, at: datetime) -> bool:
    """Whether it was not told before. Of two deliveries at once the second waits for the first."""
    outcome = event.outcome
    try:
        with transaction.atomic():
            ProviderMessage.objects.create(
                provider=provider,
                event_id=event.id,
                event_type=event.type,
                payment=payment,
                said_status=_SAID.get(outcome.status) if outcome else None,
                said=outcome.failure if outcome else "",
                created_at=at,
            )
    except IntegrityError:
        return False
    return True


def _conclude(payment: Payment | None, kind: ProviderEventKind, outcome: Outcome, at: datetime) -> None:
    """A card that is refused on a page is not the end of it: the customer may take another one there."""
    is_only_a_try = kind is ProviderEventKind.PAYMENT and outcome.status is not OutcomeStatus.SUCCEEDED
    if payment is None or (payment.on_page and is_only_a_try):
        return
    conclude_payment(payment_id=payment.id, outcome=outcome, at=at)


def _conclude_refund(provider: PaymentProvider, outcome: Outcome, at: datetime) -> None:
    refund = refund_by_provider_id(provider.organization_id, outcome.provider_id)
    if refund is not None:
        conclude_refund(refund_id=refund.id, outcome=outcome, at=at)


def _lose(payment: Payment, at: datetime) -> None:
    disputed = Invoice.objects.filter(
        allocations__payment=payment, status__in=(InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)
    )
    for invoice in disputed.order_by("id"):
        lose_dispute(invoice=invoice, at=at)
