"""What the billing core computes before anything is written: frozen fees and invoices.

One draft serves the run, the draft refresh, current usage and previews; only ``record`` makes rows of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from billing_site.kernel.ids import uuid7
from billing_site.kernel.intervals import Interval
from customers.models import AccountType, BillingEntity, Customer
from invoices.billing.fee_key import FeeKey
from invoices.models import FeeType, InvoiceStatus, InvoiceType, InvoicingReason
from invoices.settlement import Adjustment, Settlement, TaxRate
from plans.models import Subscription
from plans.periods import Boundaries, Terms


@dataclass(frozen=True, slots=True)
class BillingJob:
    """One subscription to be billed for given periods. ``billed_at`` is the instant it was due.

    ``is_running``: the period has not ended and nothing is billed; it is only looked at (current usage).
    ``plan_change``: the change of plan that the job is part of, by the subscription that follows. ``adjustments`` are
    what was set by hand on fees of the draft that is computed again.
    """

    subscription: Subscription
    terms: Terms
    boundaries: Boundaries
    reason: InvoicingReason
    billed_at: datetime
    is_running: bool = False
    plan_change: UUID | None = None
    adjustments: Mapping[FeeKey, Adjustment] = field(default_factory=dict, compare=False)

    @property
    def is_only_shown(self) -> bool:
        """A progressive invoice bills a running period (3-Z3)."""
        return self.is_running and self.reason != InvoicingReason.PROGRESSIVE_BILLING


class FeeDraft(msgspec.Struct, frozen=True):
    """One line; ``amount_cents`` is rounded once, ``precise_amount_cents`` is what it was before."""

    fee_type: FeeType
    item_id: UUID
    item_code: str
    item_name: str
    subscription_id: UUID | None
    interval: Interval | None
    units: Decimal
    amount_cents: int
    precise_amount_cents: Decimal
    precise_unit_amount: Decimal
    taxes: tuple[TaxRate, ...]
    total_aggregated_units: Decimal = Decimal(0)
    events_count: int | None = None
    charge_id: UUID | None = None
    charge_filter_id: UUID | None = None
    fixed_charge_id: UUID | None = None
    fixed_charge_units_id: UUID | None = None
    invoice_display_name: str = ""
    filter_display_name: str = ""
    description: str = ""
    grouped_by: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    amount_details: Mapping[str, Any] = msgspec.field(default_factory=dict)
    presentation_breakdowns: Sequence[Mapping[str, Any]] = ()
    true_up_parent_id: UUID | None = None
    pay_in_advance: bool = False
    event_transaction_id: str = ""
    is_invoiceable: bool = True
    is_adjusted: bool = False
    id: UUID = msgspec.field(default_factory=uuid7)

    @property
    def is_nothing(self) -> bool:
        """No units, no amount, no event: such a fee is not kept (U10), unless someone set it so."""
        return not (self.units or self.amount_cents or self.events_count or self.is_adjusted)

    @property
    def is_true_up(self) -> bool:
        return self.true_up_parent_id is not None


class InvoiceDraft(msgspec.Struct, frozen=True):
    """One settled invoice, not yet numbered; or, when it ``is_invoiced`` not, fees that stand alone (M15).

    It is issued, numbered and taxed by ``issuer``, which need not be the customer's billing entity.
    ``paid_fee_ids`` are fees that exist and were paid already: they are put on it, and it is paid (3-D13).
    ``voided_invoice_id`` is the invoice whose place it takes.
    """

    customer: Customer
    issuer: BillingEntity
    jobs: tuple[BillingJob, ...]
    currency: str
    invoice_type: InvoiceType
    status: InvoiceStatus
    issuing_date: date
    payment_due_date: date | None
    expected_finalization_date: date | None
    fees: tuple[FeeDraft, ...]
    settlement: Settlement
    usage_epoch: int
    billed_at: datetime
    net_payment_term: int
    purchase_order_number: str = ""
    is_invoiced: bool = True
    voided_invoice_id: UUID | None = None
    paid_fee_ids: tuple[UUID, ...] = ()
    id: UUID = msgspec.field(default_factory=uuid7)

    @property
    def self_billed(self) -> bool:
        """Partners are paid, so that the invoice is written in their name (I25)."""
        return self.customer.account_type == AccountType.PARTNER
