"""What every payment provider can do. Amounts are cents of the currency.

A payment is *prepared* first, which moves no money, and *confirmed* once its id is stored. So whoever was cut short
in between finds out by that id what became of it, however much later.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from billing_site.kernel.errors import BillingError


class OutcomeStatus(StrEnum):
    PREPARED = "prepared"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # by ourselves: nobody's failure


class ProviderEventKind(StrEnum):
    PAYMENT = "payment"
    PAGE = "page"
    METHOD_SAVED = "method_saved"
    METHOD_GONE = "method_gone"
    REFUND = "refund"
    DISPUTE_LOST = "dispute_lost"


class ProviderRefused(BillingError):
    """422 ``provider_error``: the provider did not do it, and says why.

    ``is_temporary``: it may have done it all the same, or will when it is asked again. ``is_ours``: it does not take
    our key.
    """

    status, reason = 422, "Unprocessable Entity"

    def __init__(self, provider_code: str, message: str, *, is_temporary: bool = False, is_ours: bool = False) -> None:
        super().__init__("provider_error", message)
        self.provider_code = provider_code
        self.is_temporary = is_temporary
        self.is_ours = is_ours

    def envelope(self) -> dict[str, object]:
        details = {"provider_error": [str(self)]}
        return {**super().envelope(), "provider": {"code": self.provider_code}, "error_details": details}


class TooManyProviderRequests(ProviderRefused):
    """429: the provider wants to be asked less often."""

    status, reason = 429, "Too Many Provider Requests"

    def __init__(self, provider_name: str, message: str) -> None:
        super().__init__(provider_name, message, is_temporary=True)
        self.code = "too_many_provider_requests"

    def envelope(self) -> dict[str, object]:
        details = {"provider_name": self.provider_code, "message": str(self)}
        return {**BillingError.envelope(self), "error_details": details}


@dataclass(frozen=True, slots=True)
class CardHolder:
    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Collection:
    """``payment_id`` is ours: the idempotency key, and how an event of the provider finds the payment again."""

    payment_id: UUID
    provider_customer_id: str
    amount_cents: int
    currency: str
    description: str
    provider_method_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a payment or a refund; ``action_url`` is where a customer goes who has to act first, if known."""

    provider_id: str
    status: OutcomeStatus
    failure: str = ""
    failure_code: str = ""
    requires_action: bool = False
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Of the provider, where a customer pays."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class SavedMethod:
    provider_customer_id: str
    provider_method_id: str


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """What a provider tells by itself, once its signature has been checked; ``id`` is the same each time it does."""

    id: str
    type: str
    kind: ProviderEventKind
    payment_id: UUID | None = None
    outcome: Outcome | None = None
    method: SavedMethod | None = None


class Provider(Protocol):
    """All of it raises ``ProviderRefused``."""

    def check(self) -> str:
        """The name of the account that the key opens."""

    def create_customer(self, holder: CardHolder) -> str: ...

    def set_up_url(self, provider_customer_id: str, *, currency: str, success_url: str) -> str:
        """A hosted page on which a customer saves a card or an account."""

    def open_page(self, collection: Collection, *, success_url: str) -> Page:
        """A hosted page on which a customer pays."""

    def look_up_page(self, page_id: str) -> Outcome: ...

    def close_page(self, page_id: str) -> Outcome:
        """``WITHDRAWN``, unless the customer was faster."""

    def prepare(self, collection: Collection) -> Outcome:
        """A payment from a saved method that is not asked for yet. Safe to repeat."""

    def confirm(self, provider_payment_id: str) -> Outcome:
        """Take the money, without the customer. A refused card is an outcome, not an error."""

    def look_up(self, provider_payment_id: str) -> Outcome: ...

    def cancel(self, provider_payment_id: str) -> Outcome:
        """``WITHDRAWN``, unless it is too late."""

    def refund(self, provider_payment_id: str, *, amount_cents: int, currency: str, refund_id: UUID) -> Outcome:
        """Safe to repeat."""

    def label(self, provider_method_id: str) -> str:
        """What a person knows a method by: ``Visa •••• 4242``."""

    def forget_method(self, provider_method_id: str) -> None: ...

    def event(self, body: bytes, signature: str) -> ProviderEvent | None:
        """None for what nobody here needs. Raises ``Unauthorized`` unless the provider signed it."""
