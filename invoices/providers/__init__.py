"""Payment providers: one interface, one module for each of them. Network only; no database."""

from invoices.providers.interface import (
    CardHolder,
    Collection,
    Outcome,
    OutcomeStatus,
    Page,
    Provider,
    ProviderEvent,
    ProviderEventKind,
    ProviderRefused,
    SavedMethod,
)
from invoices.providers.stripe import StripeProvider

__all__ = [
    "CardHolder",
    "Collection",
    "Outcome",
    "OutcomeStatus",
    "Page",
    "Provider",
    "ProviderEvent",
    "ProviderEventKind",
    "ProviderRefused",
    "SavedMethod",
    "StripeProvider",
]
