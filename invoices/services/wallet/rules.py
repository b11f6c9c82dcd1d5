"""Recurring rules of a wallet: given whole with the wallet, at most one of them active (W8)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from billing_site.kernel.errors import ValidationFailed
from customers.models import Organization
from invoices.models import RecurringTransactionRule, RuleMethod, RuleTrigger, Wallet, WalletStatus
from invoices.services.wallet.amounts import cents_of, limit_broken
from plans.periods import BillingInterval, local_date, next_anniversary

FIELD = "recurring_transaction_rules"
INVALID_RULE = "invalid_recurring_rule"
TOO_MANY = "invalid_number_of_recurring_rules"
DAY = timedelta(days=1)


class RuleFields(TypedDict, total=False):
    """``lago_id`` names the rule to change; credits that are absent are 0."""

    lago_id: UUID | None
    trigger: str
    interval: str | None
    method: str
    paid_credits: Decimal
    granted_credits: Decimal
    threshold_credits: Decimal | None
    target_ongoing_balance: Decimal | None
    grants_target_top_up: bool
    started_at: datetime | None
    expiration_at: datetime | None
    invoice_requires_successful_payment: bool
    ignore_paid_top_up_limits: bool
    transaction_name: str
    transaction_metadata: list[dict[str, Any]]
    purchase_order_number: str


def set_rules(wallet: Wallet, rules: Sequence[RuleFields], *, at: datetime) -> None:
    """Make ``rules`` (none or one) the wallet's: the one that is active is changed if it is named, else it ends.

    The wallet is locked. Raises ``ValidationFailed``.
    """
    if len(rules) > 1:
        raise ValidationFailed({FIELD: [TOO_MANY]})
    active = wallet.recurring_transaction_rules.filter(status=WalletStatus.ACTIVE).first()
    for fields in rules:
        values = dict(fields)
        named = values.pop("lago_id", None)
        if active is not None and named == active.id:
            _write(active, values, at)
            return
    if active is not None:
        end_rule(active, at=at)
    for fields in rules:
        rule = RecurringTransactionRule(organization=wallet.organization, wallet=wallet, created_at=at)
        _write(rule, {name: value for name, value in fields.items() if name != "lago_id"}, at)


def end_rule(rule: RecurringTransactionRule, *, at: datetime) -> None:
    rule.change(at=at, status=WalletStatus.TERMINATED, terminated_at=at)


def terminate_expired_rules(*, organization: Organization, at: datetime) -> int:
    """Rules end at their ``expiration_at``; returns how many."""
    expired = RecurringTransactionRule.objects.filter(
        organization=organization, status=WalletStatus.ACTIVE, expiration_at__lte=at
    )
    return expired.update(status=WalletStatus.TERMINATED, terminated_at=at, updated_at=at)


def next_top_up_at(rule: RecurringTransactionRule, *, after: date) -> datetime | None:
    """The start of the customer's first day after ``after`` on which an interval rule tops up (3-W10).

    Days come back from the rule's ``started_at``, else the wallet's creation; the day of that creation is never one.
    """
    if rule.trigger != RuleTrigger.INTERVAL or rule.interval is None:
        return None
    wallet = rule.wallet
    timezone = wallet.customer.applicable_timezone
    created_on = local_date(wallet.created_at, timezone)
    started_on = local_date(rule.started_at, timezone) if rule.started_at else created_on
    first = max(created_on, after, started_on - DAY)
    return next_anniversary(BillingInterval(rule.interval), started_on, timezone, after=first)


def _write(rule: RecurringTransactionRule, values: dict[str, Any], at: datetime) -> None:
    for name, value in values.items():
        setattr(rule, name, value)
    _refuse(rule, at)
    today = local_date(at, rule.wallet.customer.applicable_timezone)
    rule.next_top_up_at = next_top_up_at(rule, after=today - DAY)
    rule.updated_at = at
    rule.save()


def _refuse(rule: RecurringTransactionRule, at: datetime) -> None:
    if rule.trigger == RuleTrigger.THRESHOLD:
        rule.interval = None
        rule.threshold_credits = rule.threshold_credits or Decimal(0)
    is_incomplete = rule.trigger == RuleTrigger.INTERVAL and rule.interval is None
    lacks_target = rule.method == RuleMethod.TARGET and rule.target_ongoing_balance is None
    is_over = rule.expiration_at is not None and rule.expiration_at <= at
    if not rule.trigger or is_incomplete or lacks_target or is_over:
        raise ValidationFailed({FIELD: [INVALID_RULE]})
    if rule.paid_credits and not rule.ignore_paid_top_up_limits:
        broken = limit_broken(rule.wallet, cents_of(rule.wallet, rule.paid_credits))
        if broken:
            raise ValidationFailed({FIELD: [broken]})
