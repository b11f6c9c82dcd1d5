"""The running period of a subscription: how much of it is over, what was used, what that costs so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_site.kernel.formatting import format_money, format_period, format_units
from billing_site.kernel.intervals import Interval
from billing_site.portal.access import Visit
from invoices.billing.drafts import FeeDraft
from invoices.billing.usage import ChargeUsage, UsageStatement, current_usage
from plans.models import Subscription
from plans.periods import last_date, local_date


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A charge, or one group of its pricing keys."""

    label: str
    units: str
    amount: str
    groups: tuple["UsageRow", ...] = ()


@dataclass(frozen=True, slots=True)
class UsageCard:
    """One subscription. ``taxes`` is empty where none apply, ``plan_fee`` where there is none."""

    heading: str
    plan: str
    period: str
    day: int
    days: int
    elapsed: str
    rows: tuple[UsageRow, ...]
    excluding_taxes: str
    taxes: tuple[tuple[str, str], ...]
    total: str
    plan_fee: str


def usage_cards(visit: Visit, subscriptions: Sequence[Subscription]) -> list[UsageCard]:
    """A constant number of queries for any number of subscriptions."""
    return [_card(visit, statement) for statement in current_usage(subscriptions, at=visit.at)]


def _card(visit: Visit, statement: UsageStatement) -> UsageCard:
    subscription, settlement = statement.subscription, statement.settlement
    plan, locale = subscription.plan, visit.locale
    currency = plan.amount_currency
    plan_name = plan.invoice_display_name or plan.name
    first, last = local_date(statement.period.start, visit.timezone), last_date(statement.period, visit.timezone)
    day, days = _elapsed(statement.period, visit.at, visit.timezone)
    return UsageCard(
        heading=subscription.name or plan_name,
        plan=plan_name if subscription.name else "",
        period=format_period(first, last, locale),
        day=day,
        days=days,
        elapsed=visit.words.elapsed.format(day=day, days=days),
        rows=tuple(_charge_row(usage, currency, locale) for usage in statement.charges),
        excluding_taxes=format_money(settlement.sub_total_excluding_taxes_amount_cents, currency, locale),
        taxes=tuple(
            (line.tax.name, format_money(line.amount_cents, currency, locale)) for line in settlement.taxes.lines
        ),
        total=format_money(settlement.total_amount_cents, currency, locale),
        plan_fee=_plan_fee(visit, plan.amount_cents, currency),
    )


def _elapsed(period: Interval, at: datetime, timezone: str) -> tuple[int, int]:
    """The number of the day on which ``at`` falls within the period, and of all its days."""
    first, last, today = local_date(period.start, timezone), last_date(period, timezone), local_date(at, timezone)
    return min((today - first).days, (last - first).days) + 1, (last - first).days + 1


def _charge_row(usage: ChargeUsage, currency: str, locale: str) -> UsageRow:
    is_grouped = any(value for fee in usage.fees for value in fee.grouped_by.values())
    return UsageRow(
        label=usage.charge.display_name,
        units=format_units(sum((fee.units for fee in usage.fees), start=Decimal(0)), locale),
        amount=format_money(sum(fee.amount_cents for fee in usage.fees), currency, locale),
        groups=tuple(_group_rows(usage.fees, currency, locale)) if is_grouped else (),
    )


def _group_rows(fees: Sequence[FeeDraft], currency: str, locale: str) -> Iterator[UsageRow]:
    """The dearest first."""
    for fee in sorted(fees, key=lambda each: each.precise_amount_cents, reverse=True):
        yield UsageRow(
            label=" · ".join(value or "–" for value in fee.grouped_by.values()),
            units=format_units(fee.units, locale),
            amount=format_money(fee.amount_cents, currency, locale),
        )


def _plan_fee(visit: Visit, amount_cents: int, currency: str) -> str:
    if not amount_cents:
        return ""
    return visit.words.plan_fee.format(amount=format_money(amount_cents, currency, visit.locale))
