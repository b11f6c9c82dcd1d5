"""Stripe, by its own library: payment intents with saved methods, hosted pages, refunds, signed events."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import stripe

from billing_site.kernel.errors import Unauthorized
from invoices.providers.interface import (
    CardHolder,
    Collection,
    Outcome,
    OutcomeStatus,
    Page,
    ProviderEvent,
    ProviderRefused,
    TooManyProviderRequests,
)
from invoices.providers.stripe_amounts import stripe_amount
from invoices.providers.stripe_answers import (
    PAYMENT_ID,
    REFUND_ID,
    meaning_of,
    method_label,
    page_outcome,
    payment_outcome,
    refund_outcome,
)

Answer = TypeVar("Answer")
NAME = "stripe"
SECONDS = 20
# Somebody else is asking the same, or it was never said whether it was done.
UNCERTAIN = (stripe.APIConnectionError, stripe.APIError, stripe.IdempotencyError)
NOT_LET_IN = (stripe.AuthenticationError, stripe.PermissionError)


@dataclass(frozen=True)
class StripeProvider:
    """``api_url`` is another address than Stripe's own in tests."""

    secret_key: str
    webhook_secret: str = ""
    api_url: str = ""

    @cached_property
    def client(self) -> Any:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_url} if self.api_url else {},
            max_network_retries=2,
            http_client=stripe.HTTPXClient(timeout=SECONDS, allow_sync_methods=True),
        ).v1

    def check(self) -> str:
        account = _asked(lambda: self.client.accounts.retrieve_current())
        profile = getattr(account, "business_profile", None)
        return str(getattr(profile, "name", "") or account.id)

    def create_customer(self, holder: CardHolder) -> str:
        params = {"name": holder.name, "metadata": {"customer_id": str(holder.id)}}
        params |= {"email": holder.email} if holder.email else {}
        return str(_asked(lambda: self.client.customers.create(params)).id)

    def set_up_url(self, provider_customer_id: str, *, currency: str, success_url: str) -> str:
        params = {"mode": "setup", "customer": provider_customer_id, "currency": currency.lower()}
        made = _asked(lambda: self.client.checkout.sessions.create({**params, "success_url": success_url}))
        return str(made.url)

    def open_page(self, collection: Collection, *, success_url: str) -> Page:
        ours = {PAYMENT_ID: str(collection.payment_id)}
        params = {
            "mode": "payment",
            "customer": collection.provider_customer_id,
            "line_items": [{"quantity": 1, "price_data": _price(collection)}],
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": collection.description},
            "success_url": success_url,
        }
        made = _asked(lambda: self.client.checkout.sessions.create(params, _once(f"page-{collection.payment_id}")))
        return Page(str(made.id), str(made.url))

    def look_up_page(self, page_id: str) -> Outcome:
        return page_outcome(_asked(lambda: self.client.checkout.sessions.retrieve(page_id)))

    def close_page(self, page_id: str) -> Outcome:
        return self._withdrawn(lambda: self.client.checkout.sessions.expire(page_id)) or self.look_up_page(page_id)

    def prepare(self, collection: Collection) -> Outcome:
        params = {
            "amount": stripe_amount(collection.amount_cents, collection.currency),
            "currency": collection.currency.lower(),
            "customer": collection.provider_customer_id,
            "payment_method": collection.provider_method_id,
            "description": collection.description,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {PAYMENT_ID: str(collection.payment_id)},
        }
        key = _once(f"payment-{collection.payment_id}")
        return payment_outcome(_asked(lambda: self.client.payment_intents.create(params, key)))

    def confirm(self, provider_payment_id: str) -> Outcome:
        try:
            confirmed = self.client.payment_intents.confirm
            return payment_outcome(_asked(lambda: confirmed(provider_payment_id, {"off_session": True})))
        except _CardDeclined as declined:
            return Outcome(provider_payment_id, OutcomeStatus.FAILED, str(declined), declined.provider_code)

    def look_up(self, provider_payment_id: str) -> Outcome:
        return payment_outcome(_asked(lambda: self.client.payment_intents.retrieve(provider_payment_id)))

    def cancel(self, provider_payment_id: str) -> Outcome:
        withdrawn = self._withdrawn(lambda: self.client.payment_intents.cancel(provider_payment_id))
        return withdrawn or self.look_up(provider_payment_id)

    def refund(self, provider_payment_id: str, *, amount_cents: int, currency: str, refund_id: UUID) -> Outcome:
        ours = {REFUND_ID: str(refund_id)}
        known = _asked(lambda: self.client.refunds.list({"payment_intent": provider_payment_id, "limit": 100}))
        for each in known.data:
            if getattr(each.metadata, REFUND_ID, "") == str(refund_id):
                return refund_outcome(each)
        amount = stripe_amount(amount_cents, currency)
        params = {"payment_intent": provider_payment_id, "amount": amount, "metadata": ours}
        return refund_outcome(_asked(lambda: self.client.refunds.create(params, _once(f"refund-{refund_id}"))))

    def label(self, provider_method_id: str) -> str:
        return method_label(_asked(lambda: self.client.payment_methods.retrieve(provider_method_id)))

    def forget_method(self, provider_method_id: str) -> None:
        _asked(lambda: self.client.payment_methods.detach(provider_method_id))

    def event(self, body: bytes, signature: str) -> ProviderEvent | None:
        try:
            event = stripe.Webhook.construct_event(body, signature, self.webhook_secret)
        except (ValueError, stripe.SignatureVerificationError) as forged:
            raise Unauthorized from forged
        return meaning_of(event)

    def _withdrawn(self, call: Callable[[], Any]) -> Outcome | None:
        """None where Stripe does not let go of it any more."""
        try:
            _asked(call)
        except ProviderRefused as refused:
            if refused.is_temporary or refused.is_ours:
                raise
            return None
        return Outcome("", OutcomeStatus.WITHDRAWN, "Withdrawn.")


class _CardDeclined(ProviderRefused):
    """A bank said no."""


def _price(collection: Collection) -> dict[str, Any]:
    return {
        "currency": collection.currency.lower(),
        "unit_amount": stripe_amount(collection.amount_cents, collection.currency),
        "product_data": {"name": collection.description},
    }


def _asked(call: Callable[[], Answer]) -> Answer:
    """What Stripe answers; raises ``ProviderRefused`` with its reason."""
    try:
        return call()
    except stripe.CardError as declined:
        error = declined.error
        code = str(getattr(error, "decline_code", None) or declined.code or NAME)
        raise _CardDeclined(code, _said(declined)) from declined
    except stripe.RateLimitError as often:
        raise TooManyProviderRequests(NAME, _said(often)) from often
    except UNCERTAIN as failed:
        raise ProviderRefused(failed.code or NAME, _said(failed), is_temporary=True) from failed
    except NOT_LET_IN as refused:
        raise ProviderRefused(refused.code or NAME, _said(refused), is_ours=True) from refused
    except stripe.StripeError as refused:
        raise ProviderRefused(refused.code or NAME, _said(refused)) from refused


def _said(error: stripe.StripeError) -> str:
    return str(error.user_message or error)


def _once(key: str) -> dict[str, str]:
    return {"idempotency_key": f"meterbook-{key}"}
