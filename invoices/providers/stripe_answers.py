"""What Stripe's answers and events mean here."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from invoices.providers.interface import Outcome, OutcomeStatus, ProviderEvent, ProviderEventKind, SavedMethod

# Ours, in the metadata of what Stripe keeps.
PAYMENT_ID = "meterbook_payment_id"
REFUND_ID = "meterbook_refund_id"
_INTENTS = {
    "requires_confirmation": OutcomeStatus.PREPARED,
    "requires_action": OutcomeStatus.PENDING,
    "processing": OutcomeStatus.PENDING,
    "succeeded": OutcomeStatus.SUCCEEDED,
    "canceled": OutcomeStatus.FAILED,
    "requires_payment_method": OutcomeStatus.FAILED,
}
_REFUNDS = {"succeeded": OutcomeStatus.SUCCEEDED, "failed": OutcomeStatus.FAILED, "canceled": OutcomeStatus.FAILED}
_INTENT_EVENTS = ("succeeded", "payment_failed", "canceled", "processing", "requires_action")
_REFUND_EVENTS = ("refund.updated", "refund.failed", "charge.refund.updated")


def payment_outcome(intent: Any) -> Outcome:
    failure = _part(intent, "last_payment_error")
    return Outcome(
        str(intent.id),
        _INTENTS.get(str(intent.status), OutcomeStatus.PENDING),
        failure=_text(failure, "message"),
        failure_code=_text(failure, "decline_code") or _text(failure, "code"),
        requires_action=intent.status == "requires_action",
        action_url=_text(_part(_part(intent, "next_action"), "redirect_to_url"), "url"),
    )


def page_outcome(page: Any) -> Outcome:
    """A page that was left in time is nobody's failure; a bank may take days after one that was completed."""
    paid = _text(page, "payment_intent")
    if page.status == "expired":
        return Outcome(paid, OutcomeStatus.WITHDRAWN, "The page has expired.")
    is_paid = page.status == "complete" and page.payment_status == "paid"
    return Outcome(paid, OutcomeStatus.SUCCEEDED if is_paid else OutcomeStatus.PENDING)


def refund_outcome(refund: Any) -> Outcome:
    reason = _text(refund, "failure_reason")
    status = _REFUNDS.get(str(refund.status), OutcomeStatus.PENDING)
    return Outcome(str(refund.id), status, failure=reason, failure_code=reason)


def method_label(method: Any) -> str:
    kind = str(method.type)
    details = _part(method, kind)
    brand = _text(details, "brand") or kind.replace("_", " ")
    return f"{brand.capitalize()} •••• {_text(details, 'last4')}" if _text(details, "last4") else brand.capitalize()


def meaning_of(event: Any) -> ProviderEvent | None:
    told, name = event.data.object, str(event.type)
    means = partial(ProviderEvent, str(event.id), name)
    if name.removeprefix("payment_intent.") in _INTENT_EVENTS:
        outcome = payment_outcome(told)
        return means(ProviderEventKind.PAYMENT, payment_id=_payment_id(told), outcome=outcome)
    if name.startswith("checkout.session.") and told.mode == "payment":
        outcome = _told_of_page(name, told)
        return means(ProviderEventKind.PAGE, payment_id=_payment_id(told), outcome=outcome)
    if name in _REFUND_EVENTS:
        return means(ProviderEventKind.REFUND, outcome=refund_outcome(told))
    if name == "charge.dispute.closed" and told.status == "lost":
        lost = Outcome(_text(told, "payment_intent"), OutcomeStatus.FAILED)
        return means(ProviderEventKind.DISPUTE_LOST, outcome=lost)
    return _of_method(name, told, means)


def _told_of_page(name: str, page: Any) -> Outcome:
    if name.endswith(".async_payment_failed"):
        return Outcome(_text(page, "payment_intent"), OutcomeStatus.FAILED, "The bank did not pay.")
    return page_outcome(page)


def _of_method(name: str, told: Any, means: Callable[..., ProviderEvent]) -> ProviderEvent | None:
    if name == "setup_intent.succeeded" and told.customer and told.payment_method:
        method = SavedMethod(str(told.customer), str(told.payment_method))
        return means(ProviderEventKind.METHOD_SAVED, method=method)
    if name == "payment_method.detached":
        return means(ProviderEventKind.METHOD_GONE, method=SavedMethod("", str(told.id)))
    return None


def _payment_id(told: Any) -> UUID | None:
    """None for what somebody else wrote."""
    try:
        return UUID(_text(_part(told, "metadata"), PAYMENT_ID))
    except ValueError:
        return None


def _part(told: Any, name: str) -> Any:
    return getattr(told, name, None) if told is not None else None


def _text(told: Any, name: str) -> str:
    return str(_part(told, name) or "")
