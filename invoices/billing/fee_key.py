"""Which fee of an invoice is meant, whatever its id is now: a refresh makes all fees anew (3-I9)."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol
from uuid import UUID


class FeeKey(NamedTuple):
    """What a fee is the price of. ``group`` are the pairs of ``grouped_by`` in the order of their keys."""

    subscription_id: UUID | None
    fee_type: str
    charge_id: UUID | None = None
    charge_filter_id: UUID | None = None
    fixed_charge_id: UUID | None = None
    is_true_up: bool = False
    group: tuple[tuple[str, str | None], ...] = ()


class Keyed(Protocol):
    """Fees, drafts of fees and what was adjusted on them."""

    @property
    def subscription_id(self) -> UUID | None: ...
    @property
    def fee_type(self) -> str: ...
    @property
    def charge_id(self) -> UUID | None: ...
    @property
    def charge_filter_id(self) -> UUID | None: ...
    @property
    def fixed_charge_id(self) -> UUID | None: ...
    @property
    def is_true_up(self) -> bool: ...
    @property
    def grouped_by(self) -> Mapping[str, str | None]: ...


def key_of(fee: Keyed) -> FeeKey:
    return FeeKey(
        fee.subscription_id,
        str(fee.fee_type),
        fee.charge_id,
        fee.charge_filter_id,
        fee.fixed_charge_id,
        fee.is_true_up,
        tuple(sorted(fee.grouped_by.items())),
    )
