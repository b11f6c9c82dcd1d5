"""What an invoice's page shows."""

from collections.abc import Iterable
from typing import Any

from billing_site.kernel.admin.display import badge, day, instant, link, money, unit_price, units
from billing_site.kernel.formatting import format_rate
from billing_site.kernel.intervals import Interval
from invoices.models import Fee, Invoice, InvoiceStatus, InvoiceSubscription
from plans.periods import last_date, local_date

LOCALE = "en"


def invoice_page(invoice: Invoice) -> dict[str, Any]:
    """Four queries, whatever the number of fees."""
    fees = invoice.fees.select_related("subscription").order_by("created_at", "id")
    periods = invoice.invoice_subscriptions.select_related("subscription__plan")
    return {
        "facts": _facts(invoice),
        "groups": _groups(invoice, list(periods), list(fees)),
        "totals": _totals(invoice),
        "is_draft": invoice.is_draft,
    }


def _facts(invoice: Invoice) -> list[tuple[str, Any]]:
    finalized = invoice.status in (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)
    payment = badge("overdue") if invoice.payment_overdue else badge(invoice.payment_status)
    return [
        ("State", badge(invoice.status)),
        ("Customer", link(invoice.customer)),
        ("Payment", payment if finalized else ""),
        ("Issuing date", day(invoice.issuing_date)),
        ("Due date", day(invoice.payment_due_date)),
        ("Final on", day(invoice.expected_finalization_date) if invoice.is_draft else instant(invoice.finalized_at)),
        ("Type", invoice.get_invoice_type_display()),
        ("Currency", invoice.currency),
        ("Time zone", invoice.timezone),
    ]


def _groups(invoice: Invoice, periods: Iterable[InvoiceSubscription], fees: list[Fee]) -> list[dict[str, Any]]:
    """The fees of each subscription under its period, then those of none."""
    groups = [
        {
            "subscription": link(period.subscription),
            "plan": period.subscription.plan.display_name,
            "period": _civil(period, invoice.timezone),
            "lines": [_line(fee) for fee in fees if fee.subscription_id == period.subscription_id],
        }
        for period in periods
    ]
    without = [_line(fee) for fee in fees if fee.subscription_id is None]
    return [*groups, {"lines": without}] if without else groups


def _line(fee: Fee) -> dict[str, Any]:
    group = ", ".join(f"{key}: {value}" for key, value in fee.grouped_by.items() if value is not None)
    return {
        "name": fee.display_name,
        "detail": fee.filter_display_name or group,
        "units": units(fee.units),
        "unit_price": unit_price(fee.precise_unit_amount, fee.amount_currency),
        "tax": format_rate(fee.taxes_rate_percent, LOCALE) if fee.taxes_rate_percent else "",
        "amount": money(fee.amount_cents, fee.amount_currency),
        "events": fee.events_count,
        "tiers": _tiers(fee),
    }


def _tiers(fee: Fee) -> list[dict[str, str]]:
    ranges = fee.amount_details.get("graduated_ranges") or []
    return [
        {
            "label": f"{tier['from_value']} – {tier['to_value'] if tier['to_value'] is not None else '∞'}",
            "units": tier["units"],
            "per_unit": tier["per_unit_amount"],
            "flat": tier["flat_unit_amount"],
            "total": tier["total_with_flat_amount"],
        }
        for tier in ranges
    ]


def _totals(invoice: Invoice) -> list[tuple[str, str]]:
    """Deductions only where there are any."""
    shown = [("Fees", invoice.fees_amount_cents)]
    deductions = [
        ("Progressive billing", -invoice.progressive_billing_credit_amount_cents),
        ("Coupons", -invoice.coupons_amount_cents),
    ]
    shown += [(label, cents) for label, cents in deductions if cents]
    shown += [(f"{tax.tax_name} {format_rate(tax.tax_rate_percent, LOCALE)}", tax.amount_cents) for tax in _taxes(invoice)]
    credits = [
        ("Credit notes", -invoice.credit_notes_amount_cents),
        ("Prepaid credits", -invoice.prepaid_credit_amount_cents),
    ]
    shown += [(label, cents) for label, cents in credits if cents]
    return [(label, money(cents, invoice.currency)) for label, cents in [*shown, ("Total", invoice.total_amount_cents)]]


def _taxes(invoice: Invoice) -> Any:
    return invoice.applied_taxes.all()


def _civil(period: InvoiceSubscription, timezone: str) -> str:
    """Both days included, as the customer reads it."""
    start, end = period.charges_from_datetime or period.from_datetime, period.charges_to_datetime or period.to_datetime
    last = last_date(Interval(start, end), timezone) if start < end else local_date(start, timezone)
    return f"{day(local_date(start, timezone))} – {day(last)}"
