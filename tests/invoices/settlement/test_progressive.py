"""What was billed early is taken off the period's fees of the same charges."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import ChargeKey, CouponBalance, CustomerCredits, Payable, ProgressiveBalance, TaxRate, settle

SUBSCRIPTION, EARLY = uuid4(), uuid4()
START = datetime(2024, 1, 1, tzinfo=UTC)
VAT = TaxRate(uuid4(), "vat", "VAT", "", Decimal(20))


def key(charge, group=()):
    return ChargeKey(SUBSCRIPTION, START, UUID(int=charge), None, tuple(group))


def fee(cents, charge=None, group=(), taxes=()):
    return Payable(cents, taxes, charge_key=None if charge is None else key(charge, group), id=uuid4())


def billed(amount_cents, by_key):
    return CustomerCredits(progressive=(ProgressiveBalance(EARLY, amount_cents, by_key),))


def discounts(settlement):
    return [each.discount_cents for each in settlement.fees]


def test_what_was_billed_early_lowers_its_own_fee_and_its_tax():
    # 5,000 − 2,000 = 3,000 at 20 % makes 600; the subscription fee of 1,000 keeps its 200.
    settled = settle([fee(1000, taxes=(VAT,)), fee(5000, 1, taxes=(VAT,))], billed(2000, {key(1): 2000}))
    assert settled.progressive_billing_credit_amount_cents == 2000
    assert discounts(settled) == [0, 2000]
    assert settled.taxes.amount_cents == 800
    assert settled.total_amount_cents == 4800


def test_other_charges_fees_are_left_alone():
    settled = settle([fee(1000), fee(500, 2), fee(300, 1)], billed(2000, {key(1): 2000}))
    (draw,) = settled.progressive_draws
    assert (draw.amount_cents, draw.excess_cents) == (300, 1700)
    assert settled.total_amount_cents == 1500


def test_another_group_of_the_same_charge_takes_what_its_own_fee_has_no_room_for():
    # Billed 100 for Europe; now 40 there and 90 elsewhere: 40 and 60.
    europe, elsewhere = [("region", "eu")], [("region", "us")]
    settled = settle([fee(40, 1, europe), fee(90, 1, elsewhere)], billed(100, {key(1, europe): 100}))
    assert discounts(settled) == [40, 60]
    assert settled.total_amount_cents == 30


def test_coupons_come_after_it():
    # 10 % of 5,000 − 2,000.
    coupon = CouponBalance(uuid4(), rate_percent=Decimal(10))
    early = ProgressiveBalance(EARLY, 2000, {key(1): 2000})
    settled = settle([fee(5000, 1)], CustomerCredits(progressive=(early,), coupons=(coupon,)))
    assert settled.coupons_amount_cents == 300
    assert settled.total_amount_cents == 2700


def test_what_coupons_took_off_the_early_invoice_is_not_credited():
    # 3-Z4: of 2,000 billed 500 were a coupon's.
    settled = settle([fee(5000, 1)], billed(1500, {key(1): 2000}))
    assert settled.progressive_billing_credit_amount_cents == 1500


@given(
    st.dictionaries(st.integers(1, 3), st.integers(1, 10_000), min_size=1),
    st.dictionaries(st.integers(1, 4), st.integers(0, 10_000)),
    st.integers(0, 30_000),
)
def test_the_parts_are_the_whole_and_no_fee_falls_below_nothing(early, now, amount):
    fees = [fee(cents, charge) for charge, cents in now.items()]
    settled = settle(fees, billed(amount, {key(charge): cents for charge, cents in early.items()}))
    (draw,) = settled.progressive_draws
    assert draw.amount_cents + draw.excess_cents == amount
    assert abs(sum(discounts(settled)) - draw.amount_cents) < Decimal("0.001")
    assert all(0 <= discount <= each.amount_cents for discount, each in zip(discounts(settled), fees, strict=True))
    assert settled.total_amount_cents == sum(now.values()) - draw.amount_cents
