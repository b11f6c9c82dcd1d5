"""What an invoice's page shows."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing_site.kernel.admin.display import badge, day, instant, link, money, unit_price, units
from billing_site.kernel.formatting import format_period, format_rate
from billing_site.kernel.intervals import Interval
from customers.admin.customer import vat_facts
from invoices.admin.why_page import why_url
from invoices.models import Fee, Invoice, InvoiceStatus, InvoiceSubscription, PaymentStatus
from invoices.queries import coupon_credits, credits_for_wire
from plans.periods import last_date, local_date

LOCALE = "en"


def invoice_page(invoice: Invoice) -> dict[str, Any]:
    """Five queries, whatever the number of fees."""
    fees = invoice.fees.select_related("subscription").order_by("created_at", "id")
    periods = invoice.invoice_subscriptions.select_related("subscription__plan")
    return {
        "facts": _facts(invoice),
        "groups": _groups(invoice, list(periods), list(fees)),
        "totals": _totals(invoice),
        "is_draft": invoice.is_draft,
    }


def payment_badge(invoice: Invoice) -> str:
    if invoice.status not in (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED):
        return ""
    if invoice.payment_overdue:
        return badge("overdue")
    return badge(invoice.payment_status, "paid" if invoice.payment_status == PaymentStatus.SUCCEEDED else "")


def _facts(invoice: Invoice) -> list[tuple[str, Any]]:
    return [
        ("State", badge(invoice.status)),
        ("Customer", link(invoice.customer)),
        ("Payment", payment_badge(invoice)),
        ("Issuing date", day(invoice.issuing_date)),
        ("Due date", day(invoice.payment_due_date)),
        ("Final on", day(invoice.expected_finalization_date) if invoice.is_draft else instant(invoice.finalized_at)),
        ("Type", invoice.get_invoice_type_display()),
        ("Currency", invoice.currency),
        ("Time zone", invoice.timezone),
        *vat_facts(invoice.customer_snapshot.get("vat") or {}),
        *([("In the place of", link(invoice.voided_invoice))] if invoice.voided_invoice else []),
    ]


def _groups(invoice: Invoice, periods: Iterable[InvoiceSubscription], fees: list[Fee]) -> list[dict[str, Any]]:
    """The fees of each subscription under its period, then those of none."""
    groups = [
        {
            "subscription": link(period.subscription),
            "plan": period.subscription.plan.display_name,
            "period": _civil(period, invoice.timezone),
            "lines": [_line(fee, period, invoice) for fee in fees if fee.subscription_id == period.subscription_id],
        }
        for period in periods
    ]
    without = [_line(fee, None, invoice) for fee in fees if fee.subscription_id is None]
    return [*groups, {"lines": without}] if without else groups


def _line(fee: Fee, period: InvoiceSubscription | None, invoice: Invoice) -> dict[str, Any]:
    group = ", ".join(f"{key}: {value}" for key, value in fee.grouped_by.items() if value is not None)
    return {
        "name": fee.display_name,
        "detail": fee.filter_display_name or group,
        "is_adjusted": fee.is_adjusted,
        "units": units(fee.units),
        "unit_price": unit_price(fee.precise_unit_amount, fee.amount_currency),
        "tax": format_rate(fee.taxes_rate_percent, LOCALE) if fee.taxes_rate_percent else "",
        "amount": money(fee.amount_cents, fee.amount_currency),
        "events": fee.events_count,
        "period": _own_period(fee, period, invoice.timezone),
        "tiers": _tiers(fee),
        "why_url": why_url(fee),
    }


def _tiers(fee: Fee) -> list[dict[str, str]]:
    ranges = fee.amount_details.get("graduated_ranges") or []
    return [
        {
            "label": f"{_bound(tier['from_value'])} – {_bound(tier['to_value'])}",
            "units": units(Decimal(tier["units"])),
            "per_unit": unit_price(Decimal(tier["per_unit_amount"]), fee.amount_currency),
            "flat": unit_price(flat, fee.amount_currency) if (flat := Decimal(tier["flat_unit_amount"])) else "",
            "total": unit_price(Decimal(tier["total_with_flat_amount"]), fee.amount_currency),
        }
        for tier in ranges
    ]


def _bound(value: Any) -> str:
    return "∞" if value is None else units(Decimal(str(value)))


def _own_period(fee: Fee, period: InvoiceSubscription | None, timezone: str) -> str:
    """Said only where it is not the invoice's: the coming interval of a plan paid in advance."""
    start, end = fee.from_datetime, fee.to_datetime
    if not start or not end or period is None or (start, end) == _range(period):
        return ""
    return _days(start, end, timezone)


def _totals(invoice: Invoice) -> list[tuple[str, str]]:
    """Deductions only where there are any."""
    shown = [("Fees", invoice.fees_amount_cents)]
    deductions = [
        ("Progressive billing", -invoice.progressive_billing_credit_amount_cents),
        *((f"Coupon {name}", -cents) for name, cents in coupon_credits(credits_for_wire().filter(invoice=invoice))),
    ]
    shown += [(label, cents) for label, cents in deductions if cents]
    shown += [
        (f"{tax.tax_name} {format_rate(tax.tax_rate_percent, LOCALE)}", tax.amount_cents) for tax in _taxes(invoice)
    ]
    credits = [
        ("Credit notes", -invoice.credit_notes_amount_cents),
        ("Prepaid credits", -invoice.prepaid_credit_amount_cents),
    ]
    shown += [(label, cents) for label, cents in credits if cents]
    return [
        (label, money(cents, invoice.currency))
        for label, cents in [*shown, ("Total", invoice.total_amount_cents), *_paid(invoice)]
    ]


def _paid(invoice: Invoice) -> list[tuple[str, int]]:
    """What came in, and what is left; nothing where nothing came in."""
    paid = invoice.total_paid_amount_cents
    return [("Paid", -paid), ("Still due", invoice.total_due_amount_cents)] if paid else []


def _taxes(invoice: Invoice) -> Any:
    return invoice.applied_taxes.all()


def _civil(period: InvoiceSubscription, timezone: str) -> str:
    return _days(*_range(period), timezone)


def _range(period: InvoiceSubscription) -> tuple[datetime, datetime]:
    """Half-open: that of the usage, else that of the subscription fee."""
    if period.charges_from_datetime and period.charges_to_datetime:
        return period.charges_from_datetime, period.charges_to_datetime
    return period.from_datetime, period.to_datetime


def _days(start: datetime, end: datetime, timezone: str) -> str:
    """Both days included, as the customer reads it."""
    first = local_date(start, timezone)
    last = last_date(Interval(start, end), timezone) if start < end else first
    return format_period(first, last, LOCALE)
