"""Top-ups that rules bring about: at intervals, and when the ongoing balance is at its threshold (W8)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.billing.top_ups import TopUp
from invoices.models import (
    RecurringTransactionRule,
    RuleMethod,
    RuleTrigger,
    TransactionKind,
    TransactionSource,
    TransactionType,
    Wallet,
    WalletStatus,
    WalletTransaction,
    WalletTransactionStatus,
)
from invoices.services.wallet.amounts import cents_of
from invoices.services.wallet.locking import LOADED
from invoices.services.wallet.recording import record_and_tell
from invoices.services.wallet.rules import next_top_up_at
from invoices.settlement.recurring_top_ups import Credits, RecurringTopUp
from plans.periods import local_date

BATCH = 500
# After a declined payment (3-W9).
BACK_OFF = timedelta(hours=1)


def top_up_by_interval(*, organization: Organization, at: datetime) -> int:
    """The top-ups of all days up to ``at``, once for each rule and day (3-W10); returns how many rules acted."""
    count = 0
    while rule_ids := list(due_rules(organization, at).values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            count += _top_up(rule_ids, at)
    return count


def due_rules(organization: Organization, at: datetime) -> QuerySet[RecurringTransactionRule]:
    active = RecurringTransactionRule.objects.filter(organization=organization, status=WalletStatus.ACTIVE)
    return active.filter(trigger=RuleTrigger.INTERVAL, next_top_up_at__lte=at).order_by("next_top_up_at", "id")


def top_up_by_threshold(wallets: Sequence[Wallet], *, at: datetime) -> int:
    """Top up those of ``wallets`` whose rule says so at the ongoing balance that was just found; returns how many.

    Wants ``customer`` with its billing entity; the customers are locked.
    """
    rules = RecurringTransactionRule.objects.filter(
        wallet__in=wallets, status=WalletStatus.ACTIVE, trigger=RuleTrigger.THRESHOLD
    ).exclude(Q(expiration_at__lte=at) | Exists(_declined_lately(at)))
    loaded = {wallet.id: wallet for wallet in wallets}
    pending = pending_cents(loaded) if rules else {}
    top_ups = [
        top_up
        for rule in rules
        for top_up in _threshold_top_ups(rule, loaded[rule.wallet_id], pending.get(rule.wallet_id, 0))
    ]
    return len(record_and_tell(top_ups, at=at))


def pending_cents(wallet_ids: Collection[UUID]) -> dict[UUID, int]:
    """By wallet, what was bought and is not paid yet."""
    pending = WalletTransaction.objects.filter(
        wallet_id__in=list(wallet_ids), status=WalletTransactionStatus.PENDING, transaction_type=TransactionType.INBOUND
    )
    return dict(pending.order_by().values_list("wallet_id").annotate(cents=Sum("amount_cents")))


def _top_up(rule_ids: Sequence[UUID], at: datetime) -> int:
    rules = RecurringTransactionRule.objects.filter(id__in=rule_ids)
    lock_customers(rules.values_list("wallet__customer_id", flat=True))
    related = [f"wallet__{name}" for name in LOADED]
    due = rules.filter(next_top_up_at__lte=at, status=WalletStatus.ACTIVE).select_related(*related).order_by("id")
    held = list(due.select_for_update(of=("self",)))
    top_ups = [top_up for rule in held for top_up in _interval_top_ups(rule)]
    record_and_tell(top_ups, at=at)
    for rule in held:
        rule.next_top_up_at, rule.updated_at = next_top_up_at(rule, after=_due_on(rule)), at
    RecurringTransactionRule.objects.bulk_update(held, ["next_top_up_at", "updated_at"])
    return len(held)


def _interval_top_ups(rule: RecurringTransactionRule) -> Iterator[TopUp]:
    wallet, due_at = rule.wallet, rule.next_top_up_at
    if rule.expiration_at is not None and due_at is not None and rule.expiration_at <= due_at:
        return
    credits = _amounts(rule, wallet).by_interval(wallet.credits(wallet.ongoing_balance_cents))
    yield from _of_rule(rule, wallet, credits, TransactionSource.INTERVAL)


def _threshold_top_ups(rule: RecurringTransactionRule, wallet: Wallet, pending: int) -> Iterator[TopUp]:
    ongoing = wallet.credits(wallet.ongoing_balance_cents + pending)
    credits = _amounts(rule, wallet).by_threshold(rule.threshold_credits or Decimal(0), ongoing)
    yield from _of_rule(rule, wallet, credits, TransactionSource.THRESHOLD)


def _amounts(rule: RecurringTransactionRule, wallet: Wallet) -> RecurringTopUp:
    limits = wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents
    least, most = (None if each is None or rule.ignore_paid_top_up_limits else wallet.credits(each) for each in limits)
    return RecurringTopUp(
        paid=rule.paid_credits,
        granted=rule.granted_credits,
        target=rule.target_ongoing_balance if rule.method == RuleMethod.TARGET else None,
        grants_target=rule.grants_target_top_up,
        least=least,
        most=most,
    )


def _of_rule(
    rule: RecurringTransactionRule, wallet: Wallet, credits: Credits, source: TransactionSource
) -> Iterator[TopUp]:
    kinds = ((TransactionKind.PURCHASED, credits.paid), (TransactionKind.GRANTED, credits.granted))
    is_gated = rule.invoice_requires_successful_payment or wallet.invoice_requires_successful_payment
    for kind, amount in kinds:
        amount_cents = cents_of(wallet, amount)
        if amount_cents > 0:
            yield TopUp(
                wallet=wallet,
                amount_cents=amount_cents,
                kind=kind,
                source=source,
                name=rule.transaction_name,
                metadata=rule.transaction_metadata,
                purchase_order_number=rule.purchase_order_number,
                invoice_requires_successful_payment=is_gated and kind == TransactionKind.PURCHASED,
                rule=rule,
                due_on=_due_on(rule) if source == TransactionSource.INTERVAL else None,
            )


def _due_on(rule: RecurringTransactionRule) -> date:
    assert rule.next_top_up_at is not None, "a rule that is due has a day"
    return local_date(rule.next_top_up_at, rule.wallet.customer.applicable_timezone)


def _declined_lately(at: datetime) -> QuerySet[WalletTransaction]:
    return WalletTransaction.objects.filter(
        wallet_id=OuterRef("wallet_id"),
        source=TransactionSource.THRESHOLD,
        status=WalletTransactionStatus.FAILED,
        failed_at__gt=at - BACK_OFF,
    )
