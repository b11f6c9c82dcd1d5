"""How a line of an invoice was calculated: sums that one can do again, from what is stored with the fee."""

from collections.abc import Iterator
from decimal import Decimal

from billing_site.kernel.formatting import format_money, format_rate, format_unit_amount, format_units
from billing_site.kernel.money import to_units
from billing_site.portal.words import Words
from invoices.billing.explanation import explain_as_stored
from invoices.models import Fee
from invoices.settlement import Explanation, Line
from plans.rating import StepKind


def reasons_of(fee: Fee, words: Words, locale: str) -> tuple[str, ...]:
    """Wants ``applied_taxes`` loaded; reads nothing else."""
    return tuple(_reasons(fee, explain_as_stored(fee), words, locale))


def _reasons(fee: Fee, explanation: Explanation, words: Words, locale: str) -> Iterator[str]:
    currency = fee.amount_currency
    if fee.events_count:
        yield words.events_counted.format(count=format_units(Decimal(fee.events_count), locale))
    yield from (_sum(line, explanation, locale) for line in explanation.lines if line.units or line.amount)
    exact = format_unit_amount(explanation.amount, currency, locale)
    yield words.rounded.format(exact=exact, amount=format_money(fee.amount_cents, currency, locale))
    for tax in fee.applied_taxes.all():
        base = to_units(fee.amount_cents - fee.precise_coupons_amount_cents, currency)
        rate = format_rate(tax.tax_rate_percent, locale)
        amount = format_money(tax.amount_cents, currency, locale)
        yield f"{tax.tax_name}: {format_unit_amount(base, currency, locale)} × {rate} → {amount}"


def _sum(line: Line, explanation: Explanation, locale: str) -> str:
    """``10 × €1.00 + €2.00 = €12.00``."""
    parts = [format_units(line.units, locale), "×", _price(line, explanation, locale)]
    if explanation.days:
        parts += ["×", f"{explanation.days.days} / {explanation.days.period_days}"]
    if line.flat_amount:
        parts += ["+", format_unit_amount(line.flat_amount, explanation.currency, locale)]
    return " ".join([*parts, "=", format_unit_amount(line.amount, explanation.currency, locale)])


def _price(line: Line, explanation: Explanation, locale: str) -> str:
    if line.kind == StepKind.RATE or (line.kind == StepKind.TIER and explanation.has_rates):
        return format_rate(line.price, locale)
    return format_unit_amount(line.price, explanation.currency, locale)
