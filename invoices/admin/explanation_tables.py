"""An explanation as facts and tables of the console."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html

from billing_site.kernel.admin.display import badge, instant, money, unit_price, units
from billing_site.kernel.admin.table import Table
from billing_site.kernel.formatting import format_rate
from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import to_units
from invoices.billing.explanation import FeeEvent
from invoices.models import Fee
from invoices.settlement import Counted, Explanation, UnitsTrail
from plans.admin.price_steps import TITLES, steps_table
from plans.periods import local_instant, wire_end
from usage.aggregation import Ignored

LOCALE = "en"
_TRANSACTION = '<span class="mb-mono mb-wrap" title="received {}">{}</span>'
_AGGREGATIONS = {
    "count_agg": "the number of events",
    "sum_agg": "the sum of",
    "max_agg": "the highest",
    "latest_agg": "the latest",
    "unique_count_agg": "how many different values there are of",
    "weighted_sum_agg": "the time-weighted sum of",
}
_LINES = {
    **TITLES,
    "plan_price": "Price of the plan",
    "minimum": "Minimum",
    "fees": "Fees of this charge",
    "period_fees": "Fees of the period",
    "paid_before": "Paid with the former plan",
}
_IGNORED = {
    Ignored.NO_VALUE: "has no value",
    Ignored.NOT_A_NUMBER: "not a number",
    Ignored.ALREADY_THERE: "value is there already",
    Ignored.NOT_THERE: "removed value is not there",
    Ignored.ARRIVED_LATER: "arrived after the invoice",
}


def verdict(fee: Fee, explanation: Explanation) -> tuple[str, str]:
    """A sentence, and its tone."""
    billed = money(fee.amount_cents, fee.amount_currency)
    if explanation.matches(fee.amount_cents):
        return f"Calculated again, the amount is what was billed: {billed}.", "info"
    again = money(explanation.amount_cents, fee.amount_currency)
    edited = ", ".join(part.replace("_", " ") for part in explanation.changed_since)
    why = f" Edited since: {edited}." if edited else ""
    return f"Calculated again, the amount is {again}; billed was {billed}.{why}", ""


def counted_facts(counted: Counted, timezone: str) -> list[tuple[str, Any]]:
    metric = _AGGREGATIONS[counted.aggregation_type]
    measured = f"{metric} “{counted.field_name}”" if counted.field_name else metric
    filters = "; ".join(f"{key}: {', '.join(values)}" for key, values in (counted.filter_values or {}).items())
    group = ", ".join(f"{key}: {'none' if value is None else value}" for key, value in counted.grouped_by.items())
    facts = [
        ("Metric", f"{counted.name} ({counted.code})"),
        ("Counts", measured),
        *((f"Range ({zone})", _range(counted.interval, zone)) for zone in dict.fromkeys(("UTC", timezone))),
        ("Filter", filters or "none"),
        ("Group", group or "none"),
        ("Events", f"{counted.events_count:,}"),
    ]
    if counted.late_events_count:
        facts.append(("Arrived later", f"{counted.late_events_count:,} (not on this invoice)"))
    return facts


def units_facts(trail: UnitsTrail) -> list[tuple[str, Any]]:
    facts = [("Carried over", units(trail.carried))] if trail.carried is not None else []
    facts.append(("Units", units(trail.aggregated)))
    if trail.rounding:
        facts.append((f"Rounded ({trail.rounding}, {trail.rounding_precision or 0} digits)", units(trail.rounded)))
    if trail.priced != trail.rounded or trail.by_days:
        facts.append(("Priced, for the days in force", units(trail.priced)))
    if trail.period_days is not None:
        facts.append(("Days of the period", str(trail.period_days)))
    return facts


def days_table(trail: UnitsTrail) -> Table:
    rows = [(units(each.units), str(each.days), f"{each.days} / {trail.period_days}") for each in trail.by_days]
    return Table(columns=("Units", "Days", "Part of the period"), rows=rows, numbers={"Units", "Days"})


def lines_table(explanation: Explanation) -> Table:
    return steps_table(explanation.lines, explanation.currency, has_rates=explanation.has_rates, titles=_LINES)


def sums(fee: Fee, explanation: Explanation) -> list[tuple[str, str]]:
    currency = fee.amount_currency
    rows = [("Exact", unit_price(explanation.amount, currency))]
    if explanation.days:
        rows.insert(0, ("Days paid for", f"{explanation.days.days} of {explanation.days.period_days}"))
    rows.append(("Rounded once", money(explanation.amount_cents, currency)))
    for tax in fee.applied_taxes.all():
        exact = unit_price(to_units(tax.precise_amount_cents, currency), currency)
        rows.append(
            (
                f"{tax.tax_name} {format_rate(tax.tax_rate_percent, LOCALE)}",
                f"{exact} → {money(tax.amount_cents, currency)}",
            )
        )
    return [*rows, ("Billed, with taxes", money(fee.total_amount_cents, currency))]


def events_table(events: Iterable[FeeEvent]) -> Table:
    return Table(
        columns=("Time (UTC)", "Transaction", "Value", "Units", "Counts", "Properties"),
        rows=[_event(each) for each in events],
        numbers={"Units"},
        empty="No events: this fee was not counted, or nothing was used.",
    )


def _event(each: FeeEvent) -> Sequence[Any]:
    record, ignored = each.event.record, each.verdict.ignored
    counts = badge("failed", _IGNORED[ignored]) if ignored else badge("done", "carried over" if each.carried else "yes")
    return (
        f"{each.event.value.timestamp:%Y-%m-%d %H:%M:%S}",
        format_html(_TRANSACTION, instant(record.created_at), record.transaction_id),
        each.event.property_text or "",
        units(each.verdict.units),
        counts,
        format_html('<code class="mb-mono mb-wrap">{}</code>', record.properties),
    )


def _range(interval: Interval, timezone: str) -> str:
    start, end = (local_instant(at, timezone) for at in (interval.start, wire_end(interval)))
    return f"{start:%Y-%m-%d %H:%M:%S} – {end:%Y-%m-%d %H:%M:%S}"
