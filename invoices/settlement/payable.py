"""What enters settlement: the fees of one invoice. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

from invoices.settlement.taxes import TaxRate


@dataclass(frozen=True, slots=True)
class Payable:
    """A fee in whole cents, the taxes that apply to it, and what limits of credits look at.

    ``plan_ids`` are its subscription's plan and that plan's parent (3-K6), ``metric_id`` is of a charge,
    ``charge_key`` the charge, filter and group that it is the price of.
    """

    amount_cents: int
    taxes: tuple[TaxRate, ...] = ()
    fee_type: str = ""
    plan_ids: frozenset[UUID] = frozenset()
    metric_id: UUID | None = None
    charge_key: Hashable = None
    id: UUID | None = None
