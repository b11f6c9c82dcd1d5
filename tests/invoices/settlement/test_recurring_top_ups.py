"""How many credits a rule brings in."""

from decimal import Decimal

from invoices.settlement.recurring_top_ups import Credits, RecurringTopUp

FIVE = Decimal(5)
NOTHING = Credits()


def rule(paid=0, granted=0, **options):
    return RecurringTopUp(paid=Decimal(paid), granted=Decimal(granted), **options)


def test_an_interval_brings_in_its_fixed_credits_whatever_the_balance():
    assert rule(10, 3).by_interval(Decimal(-100)) == Credits(Decimal(10), Decimal(3))


def test_a_threshold_acts_when_the_ongoing_balance_reaches_it():
    assert rule(10).by_threshold(FIVE, Decimal("5.01")) == NOTHING
    assert rule(10).by_threshold(FIVE, FIVE) == Credits(Decimal(10))


def test_fixed_credits_are_repeated_until_the_threshold_is_passed():
    # 5 − (−8) = 13: one top-up of 10 reaches 2, two reach 12
    assert rule(10).by_threshold(FIVE, Decimal(-8)).paid == 20
    # a gap of exactly 10 needs a second one to pass it
    assert rule(10).by_threshold(FIVE, Decimal(-5)).paid == 20


def test_a_rule_that_only_grants_grants_once():
    assert rule(granted=7).by_threshold(FIVE, Decimal(-100)) == Credits(granted=Decimal(7))


def test_a_target_brings_in_what_lacks_to_it():
    to_hundred = rule(target=Decimal(100))
    assert to_hundred.by_threshold(FIVE, Decimal(-20)).paid == 120
    assert to_hundred.by_interval(Decimal(30)).paid == 70
    assert to_hundred.by_interval(Decimal(100)) == NOTHING


def test_a_target_can_be_granted():
    assert rule(target=Decimal(100), grants_target=True).by_interval(Decimal(30)) == Credits(granted=Decimal(70))


def test_a_target_keeps_to_the_wallets_limits():
    assert rule(target=Decimal(100), least=Decimal(50)).by_interval(Decimal(90)).paid == 50
    assert rule(target=Decimal(100), most=Decimal(50)).by_interval(Decimal(0)).paid == 50
