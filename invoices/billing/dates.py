"""Status and dates of a new invoice, from the customer's settings (3.15). None is issued into closed books."""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from customers.models import BillingEntity, Customer
from invoices.models import InvoiceStatus, InvoiceType, InvoicingReason
from plans.periods import (
    IssuingDateAdjustment,
    IssuingDateAnchor,
    IssuingRule,
    due_date,
    expected_finalization_date,
    finalized_issuing_date,
    issuing_date,
    local_date,
)


class Dates(NamedTuple):
    status: InvoiceStatus
    issuing_date: date
    payment_due_date: date | None
    expected_finalization_date: date | None


class Parties(NamedTuple):
    """Whose settings decide: the customer's own, else those of who issues the invoice."""

    customer: Customer
    issuer: BillingEntity

    @property
    def net_payment_term(self) -> int:
        return self.customer.net_payment_term_with(self.issuer)

    def due_on(self, issued_on: date) -> date:
        return due_date(issued_on, self.net_payment_term)

    def final_status(self, fees_cents: int) -> InvoiceStatus:
        """Decided on the fees, not on the total (3-O4)."""
        keeps = fees_cents > 0 or self.customer.finalizes_zero_amount_invoices_of(self.issuer)
        return InvoiceStatus.FINALIZED if keeps else InvoiceStatus.CLOSED


def new_dates(
    parties: Parties, *, invoice_type: InvoiceType, reason: InvoicingReason, billed_at: datetime, fees_cents: int
) -> Dates:
    """A draft while there is a grace period (3-I5), else final; nothing owed may be closed instead (I19)."""
    rule = issuing_rule(parties)
    if not _has_grace(invoice_type, reason):
        rule = replace(rule, grace_period_days=0)
    billed_on = local_date(billed_at, parties.customer.applicable_timezone)
    issued_on = issuing_date(rule, billed_on, is_recurring=is_recurring(reason))
    if rule.grace_period_days:
        return Dates(InvoiceStatus.DRAFT, issued_on, None, expected_finalization_date(rule, billed_on))
    issued_on = parties.issuer.first_open_day(issued_on)
    return Dates(parties.final_status(fees_cents), issued_on, parties.due_on(issued_on), None)


def final_dates(parties: Parties, *, reason: InvoicingReason, drafted: date, fees_cents: int, at: datetime) -> Dates:
    """The dates of a draft that is finalized at ``at`` (3-I8)."""
    today = local_date(at, parties.customer.applicable_timezone)
    planned = finalized_issuing_date(issuing_rule(parties), drafted, today, is_recurring=is_recurring(reason))
    issued_on = parties.issuer.first_open_day(planned)
    return Dates(parties.final_status(fees_cents), issued_on, parties.due_on(issued_on), None)


def immediate_dates(parties: Parties, *, at: datetime, fees_cents: int, net_payment_term: int) -> Dates:
    """Of what is issued at once, whatever the grace period (3-I5); the term is days from issuing to due date."""
    issued_on = parties.issuer.first_open_day(local_date(at, parties.customer.applicable_timezone))
    return Dates(parties.final_status(fees_cents), issued_on, due_date(issued_on, net_payment_term), None)


def is_recurring(reason: InvoicingReason) -> bool:
    return reason == InvoicingReason.PERIODIC


def issuing_rule(parties: Parties) -> IssuingRule:
    customer, issuer = parties
    anchor = customer.subscription_invoice_issuing_date_anchor or issuer.subscription_invoice_issuing_date_anchor
    adjustment = (
        customer.subscription_invoice_issuing_date_adjustment or issuer.subscription_invoice_issuing_date_adjustment
    )
    # A deleted customer's last invoices do not wait (U26).
    grace_period = customer.invoice_grace_period_with(issuer) if customer.deleted_at is None else 0
    return IssuingRule(grace_period, IssuingDateAnchor(anchor), IssuingDateAdjustment(adjustment))


def _has_grace(invoice_type: InvoiceType, reason: InvoicingReason) -> bool:
    return invoice_type == InvoiceType.SUBSCRIPTION and reason != InvoicingReason.IN_ADVANCE_CHARGE
