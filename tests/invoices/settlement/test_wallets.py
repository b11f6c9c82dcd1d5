"""Which wallet pays which part of an invoice, and from which credits."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import (
    Bucket,
    CreditBlock,
    CustomerCredits,
    DrawReason,
    OngoingWallet,
    Payable,
    Scope,
    WalletBalance,
    apply_wallets,
    credits_worth,
    draw_from,
    ongoing_usage,
    owed_by_bucket,
    settle,
    worth_cents,
)
from tests.support.clock import instant

START = instant("2024-01-01")
METRIC, OTHER = UUID(int=91), UUID(int=92)
EVERYTHING = Scope()
SUBSCRIPTION, USAGE = Bucket("subscription"), Bucket("charge", METRIC)


def block(number, cents, *, priority=50, granted=True, expires=None):
    created_at = START + timedelta(days=number)
    return CreditBlock(UUID(int=number), cents, priority, granted, created_at, expires)


def wallet(number, cents, *, priority=50, currency="EUR", scope=EVERYTHING):
    blocks = (block(number, cents),) if cents else ()
    return WalletBalance(
        UUID(int=number), currency, Decimal(1), priority, START + timedelta(days=number), scope, blocks
    )


def paid(prepaid):
    return {draw.wallet.id.int: draw.amount_cents for draw in prepaid.draws}


def test_credits_are_floored_to_five_digits_and_their_amount_is_rounded():
    # 17.96999 × 1
    assert worth_cents(Decimal("17.9699999999999988631316"), Decimal(1), "EUR") == 1797
    assert worth_cents(Decimal("4.39999"), Decimal(1), "JPY") == 4
    # 1.23456 × 2 = 2.46912, three digits
    assert worth_cents(Decimal("1.234567"), Decimal(2), "KWD") == 2469
    assert worth_cents(Decimal("0.004"), Decimal(1), "EUR") == 0


def test_the_credits_kept_are_those_that_the_whole_cents_are_worth():
    # 10.00 / 3
    assert credits_worth(1000, Decimal(3), "EUR") == Decimal("3.33333")


def test_priority_decides_before_age():
    prepaid = apply_wallets([wallet(1, 100), wallet(2, 100, priority=49)], {SUBSCRIPTION: 150}, "EUR")
    assert paid(prepaid) == {2: 100, 1: 50}
    assert [draw.reason for draw in prepaid.draws] == [DrawReason.PRIORITY, DrawReason.ONLY]


def test_of_equal_priority_the_oldest_pays_first():
    prepaid = apply_wallets([wallet(2, 100), wallet(1, 100)], {SUBSCRIPTION: 150}, "EUR")
    assert paid(prepaid) == {1: 100, 2: 50}
    assert prepaid.draws[0].reason == DrawReason.OLDEST


def test_a_limited_wallet_pays_fees_of_its_types_or_its_metrics():
    scope = Scope(frozenset({"fixed_charge"}), frozenset({METRIC}))
    owed = {SUBSCRIPTION: 500, USAGE: 300, Bucket("fixed_charge", None): 200, Bucket("charge", OTHER): 100}
    assert paid(apply_wallets([wallet(1, 10_000, scope=scope)], owed, "EUR")) == {1: 500}


def test_the_largest_part_is_paid_first():
    # 10.00 of a fee of 36.00 and usage of 15.50 are all taken from the fee, so the wallet for usage still finds 15.50
    for_usage = wallet(2, 2000, scope=Scope(frozenset({"charge"})))
    prepaid = apply_wallets([wallet(1, 1000), for_usage], {SUBSCRIPTION: 3600, USAGE: 1550}, "EUR")
    assert paid(prepaid) == {1: 1000, 2: 1550}


def test_a_wallet_of_another_currency_is_left_alone():
    assert apply_wallets([wallet(1, 100, currency="USD")], {SUBSCRIPTION: 50}, "EUR").draws == ()


def test_an_empty_wallet_makes_no_draw():
    assert apply_wallets([wallet(1, 0)], {SUBSCRIPTION: 50}, "EUR").draws == ()


def test_the_parts_add_up_to_the_invoice_and_the_largest_takes_what_rounding_misses():
    # 1.4 and 1.4 round to 1 and 1, the invoice is 3
    owed = owed_by_bucket([(USAGE, Decimal("1.4")), (Bucket("charge", OTHER), Decimal("1.4"))], 3)
    assert owed == {USAGE: 2, Bucket("charge", OTHER): 1}


def test_credit_notes_lower_all_parts_in_proportion():
    # 300 of 1,000 are paid with credit notes: 70 % of 800 and of 200 remain
    owed = owed_by_bucket([(SUBSCRIPTION, Decimal(800)), (USAGE, Decimal(200))], 1000, 300)
    assert owed == {SUBSCRIPTION: 560, USAGE: 140}


def test_inside_a_wallet_priority_then_expiry_then_grants_then_age():
    soon = instant("2024-06-01")
    blocks = [
        block(1, 10, granted=False),
        block(2, 10),
        block(3, 10, granted=False, expires=soon),
        block(4, 10, granted=False, priority=1),
        block(5, 10),
    ]
    drawn = draw_from(blocks, 50)
    assert [draw.block.id.int for draw in drawn.draws] == [4, 3, 2, 5, 1]
    assert [draw.reason for draw in drawn.draws] == [
        DrawReason.PRIORITY,
        DrawReason.EXPIRES_FIRST,
        DrawReason.OLDEST,
        DrawReason.GRANTED_FIRST,
        DrawReason.ONLY,
    ]
    assert drawn.blocks_left == ()


def test_a_block_that_is_not_used_up_keeps_the_rest():
    drawn = draw_from([block(1, 30), block(2, 50)], 60)
    assert [(draw.block.id.int, draw.amount_cents) for draw in drawn.draws] == [(1, 30), (2, 30)]
    assert [(left.id.int, left.amount_cents) for left in drawn.blocks_left] == [(2, 20)]


def test_an_invoice_tells_granted_and_purchased_credits_apart():
    blocks = (block(1, 3000), block(2, 7000, granted=False))
    own = WalletBalance(UUID(int=1), "EUR", Decimal(1), 50, START, Scope(), blocks)
    settlement = settle([Payable(8000, fee_type="charge", metric_id=METRIC)], CustomerCredits(wallets=(own,)), "EUR")
    assert settlement.total_amount_cents == 0
    assert settlement.prepaid_granted_credit_amount_cents == 3000
    assert settlement.prepaid_purchased_credit_amount_cents == 5000
    (left,) = settlement.credits_left.wallets
    assert left.balance_cents == 2000


def test_unbilled_usage_beyond_all_balances_falls_on_the_last_wallet():
    line = [OngoingWallet(UUID(int=1), 20), OngoingWallet(UUID(int=2), 30), OngoingWallet(UUID(int=3), 40)]
    assert [ongoing_usage(line, {USAGE: 100})[each.id] for each in line] == [20, 30, 50]


def test_a_wallet_that_is_topped_up_by_a_threshold_absorbs_all_that_it_may_pay():
    line = [OngoingWallet(UUID(int=1), 20, absorbs=True), OngoingWallet(UUID(int=2), 30)]
    assert ongoing_usage(line, {USAGE: 100}) == {UUID(int=1): 100, UUID(int=2): 0}


cents = st.integers(0, 10**6)
scopes = st.builds(
    Scope,
    st.frozensets(st.sampled_from(["charge", "subscription"]), max_size=2),
    st.frozensets(st.sampled_from([METRIC, OTHER]), max_size=2),
)
wallets = st.lists(
    st.builds(wallet, st.integers(1, 10**6), cents, priority=st.integers(1, 50), scope=scopes),
    unique_by=lambda each: each.id,
    max_size=6,
)
fees = st.lists(
    st.builds(
        Payable,
        amount_cents=cents,
        fee_type=st.sampled_from(["charge", "subscription"]),
        metric_id=st.sampled_from([METRIC, OTHER]),
    ),
    max_size=6,
)


@given(wallets, fees)
def test_no_wallet_is_overdrawn_and_no_invoice_overpaid(wallets, fees):
    settlement = settle(fees, CustomerCredits(wallets=tuple(wallets)), "EUR")
    assert settlement.total_amount_cents >= 0
    before = sum(each.balance_cents for each in wallets)
    after = sum(each.balance_cents for each in settlement.credits_left.wallets)
    assert before - after == settlement.prepaid_credit_amount_cents
    for draw in settlement.wallet_draws:
        assert draw.amount_cents == sum(part.amount_cents for part in draw.blocks) <= draw.wallet.balance_cents


@given(wallets, fees)
def test_what_is_left_to_pay_no_remaining_credit_could_have_paid(wallets, fees):
    settlement = settle(fees, CustomerCredits(wallets=tuple(wallets)), "EUR")
    unlimited = [each for each in settlement.credits_left.wallets if each.scope == Scope()]
    assert settlement.total_amount_cents == 0 or not any(each.balance_cents for each in unlimited)


@given(st.lists(st.tuples(st.sampled_from([SUBSCRIPTION, USAGE]), st.decimals(0, 10**6, places=5)), max_size=5), cents)
def test_parts_always_sum_to_the_whole(values, total):
    owed = owed_by_bucket(values, total)
    assert sum(owed.values()) == (total if any(value for _, value in values) else 0)
    assert all(amount >= 0 for amount in owed.values())
