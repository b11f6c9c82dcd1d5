"""What decides the periods of one subscription."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from plans.periods.local_days import zone


class BillingInterval(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    YEARLY = "yearly"


PERIODS_A_YEAR = {
    BillingInterval.WEEKLY: 52,
    BillingInterval.MONTHLY: 12,
    BillingInterval.QUARTERLY: 4,
    BillingInterval.SEMIANNUAL: 2,
    BillingInterval.YEARLY: 1,
}
# Plans of these intervals may bill usage or fixed charges every month (3-B11).
MONTHLY_BILLABLE = frozenset({BillingInterval.SEMIANNUAL, BillingInterval.YEARLY})


class BillingTime(StrEnum):
    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"


class PreviousInvoice(Struct, frozen=True):
    """Where the last periodic invoice of the subscription stopped, in the time zone of that day (3-B12).

    The ends are half-open: the first instant that it did not cover.
    """

    timezone: str
    charges_end: datetime | None = None
    fixed_charges_end: datetime | None = None


class Terms(Struct, frozen=True, cache_hash=True):
    """The agreement behind the periods: all instants aware UTC, ``timezone`` the customer's applicable one.

    ``subscription_at`` is the anchor of anniversary billing, inherited by upgrades (3-S8). ``terminated_at`` belongs to
    the subscription: usage at exactly that instant is still its own (3-G1). ``replaces_subscription_terminated_at`` is
    when the subscription ended whose place this one took: nothing up to and including that instant is covered again.
    """

    interval: BillingInterval
    billing_time: BillingTime
    timezone: str
    subscription_at: datetime
    started_at: datetime
    pay_in_advance: bool = False
    bill_charges_monthly: bool = False
    bill_fixed_charges_monthly: bool = False
    terminated_at: datetime | None = None
    ending_at: datetime | None = None
    replaces_subscription_terminated_at: datetime | None = None
    previous_invoice: PreviousInvoice | None = None

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.subscription_at.tzinfo is None or self.started_at.tzinfo is None:
            raise ValueError("the terms of a subscription need aware instants")

    @property
    def are_charges_monthly(self) -> bool:
        return self.bill_charges_monthly and self.interval in MONTHLY_BILLABLE

    @property
    def are_fixed_charges_monthly(self) -> bool:
        return self.bill_fixed_charges_monthly and self.interval in MONTHLY_BILLABLE

    @property
    def covered_from(self) -> datetime:
        """The instant from which the subscription is billed: its start, or the end of the one that it replaces."""
        replaced = self.replaces_subscription_terminated_at
        return self.started_at if replaced is None else max(self.started_at, replaced)
