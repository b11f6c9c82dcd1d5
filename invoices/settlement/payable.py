"""What enters settlement: the fees of one invoice. Pure."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from invoices.settlement.taxes import TaxRate


class ChargeKey(NamedTuple):
    """What a fee of usage is the price of: a charge, filter and group in one period of one subscription."""

    subscription_id: UUID
    period_start: datetime
    charge_id: UUID
    filter_id: UUID | None
    group: tuple[tuple[str, str | None], ...]

    @property
    def charge(self) -> tuple[UUID, datetime, UUID]:
        return self.subscription_id, self.period_start, self.charge_id


class Payable(Struct, frozen=True):
    """A fee in whole cents, the taxes that apply to it, and what limits of credits look at.

    ``plan_ids`` are its subscription's plan and that plan's parent (3-K6), ``metric_id`` is of a charge,
    ``charge_key`` what it is the price of; a true-up has none.
    """

    amount_cents: int
    taxes: tuple[TaxRate, ...] = ()
    fee_type: str = ""
    plan_ids: frozenset[UUID] = frozenset()
    metric_id: UUID | None = None
    charge_key: ChargeKey | None = None
    id: UUID | None = None
