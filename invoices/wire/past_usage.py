"""Past usage on the wire."""

from collections.abc import Iterable

from billing_site.kernel.api.wire import civil_date, instant
from billing_site.kernel.intervals import Interval
from invoices.billing.past_usage import PastPeriod
from invoices.wire.customer_usage import CustomerUsageWire, ShownCharge, charge_usage_wire
from plans.periods import wire_end


def usage_periods_wire(periods: Iterable[PastPeriod]) -> list[CustomerUsageWire]:
    return [_usage_period(past) for past in periods]


def _usage_period(past: PastPeriod) -> CustomerUsageWire:
    """``issuing_date`` and ``lago_invoice_id`` are those of the invoice that covered the period."""
    invoice, start, end = past.period.invoice, past.period.charges_from_datetime, past.period.charges_to_datetime
    assert start is not None and end is not None, "a past period has a range of usage"
    amount_cents = sum(fee.amount_cents for fee in past.fees)
    taxes_cents = sum(fee.taxes_amount_cents for fee in past.fees)
    charges = (ShownCharge(usage.charge, invoice.currency, usage.filters, usage.fees) for usage in past.charges)
    return {
        "from_datetime": instant(start),
        "to_datetime": instant(wire_end(Interval(start, end))),
        "issuing_date": civil_date(invoice.issuing_date),
        "lago_invoice_id": str(invoice.id),
        "currency": invoice.currency,
        "amount_cents": amount_cents,
        "taxes_amount_cents": taxes_cents,
        "total_amount_cents": amount_cents + taxes_cents,
        "charges_usage": [charge_usage_wire(charge) for charge in charges],
    }
