"""Coupons take off whole cents in order, spread them over the fees they are for, and never more than there is."""

from decimal import Decimal
from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import CouponBalance, CustomerCredits, Payable, Settlement, TaxRate, settle

PLAN, OTHER_PLAN, METRIC = (UUID(int=number) for number in range(1, 4))
VAT = TaxRate(UUID(int=9), "vat", "VAT", "", Decimal(20))
_ids = count(100)


def coupon(amount_cents: int = 0, **terms) -> CouponBalance:
    return CouponBalance(UUID(int=next(_ids)), amount_cents, **{"currency": "EUR", **terms})


def percent(rate: str, **terms) -> CouponBalance:
    return coupon(rate_percent=Decimal(rate), **terms)


def fee(amount_cents: int, *, plan: UUID = PLAN, metric: UUID | None = None, taxes=()) -> Payable:
    return Payable(amount_cents, taxes, plan_ids=frozenset({plan}), metric_id=metric)


def settled(fees: list[Payable], *coupons: CouponBalance) -> Settlement:
    return settle(fees, CustomerCredits(coupons=coupons), "EUR")


def taken(settlement: Settlement) -> list[int]:
    return [draw.amount_cents for draw in settlement.coupon_draws]


def shares(settlement: Settlement) -> list[Decimal]:
    return [fee.discount_cents for fee in settlement.fees]


def left(settlement: Settlement) -> list[CouponBalance]:
    return list(settlement.credits_left.coupons)


def test_an_amount_is_spread_over_the_fees_in_proportion():
    settlement = settled([fee(200), fee(100)], coupon(12))
    # 12 × 200/300 and 12 × 100/300
    assert shares(settlement) == [8, 4]
    assert settlement.sub_total_excluding_taxes_amount_cents == 288


def test_shares_are_rounded_to_five_digits():
    # 10 × 100/300
    assert shares(settled([fee(100)] * 3, coupon(10))) == [Decimal("3.33333")] * 3


def test_tax_is_on_what_is_left():
    settlement = settled([fee(1000, taxes=(VAT,)), fee(500)], percent("10"))
    # 20 % of 1000 − 100
    assert settlement.taxes.amount_cents == 180
    assert settlement.total_amount_cents == 1500 - 150 + 180


def test_a_percentage_is_rounded_half_up_once():
    # 2.5 % of 100 is 2.5
    assert taken(settled([fee(100)], percent("2.5"))) == [3]


def test_a_percentage_above_a_hundred_takes_everything_and_no_more():
    assert settled([fee(100)], percent("150")).total_amount_cents == 0


def test_of_a_one_time_amount_the_rest_is_for_the_next_invoice():
    settlement = settled([fee(300)], coupon(1000, is_consumed=True))
    assert (taken(settlement), [each.amount_cents for each in left(settlement)]) == ([300], [700])


def test_a_one_time_amount_ends_when_it_is_used_up():
    assert left(settled([fee(300)], coupon(300, is_consumed=True))) == []


def test_a_recurring_amount_counts_down_also_when_not_all_of_it_was_used():
    settlement = settled([fee(300)], coupon(1000, invoices_left=2))
    assert [(each.amount_cents, each.invoices_left) for each in left(settlement)] == [(1000, 1)]


def test_a_recurring_coupon_ends_with_its_last_invoice():
    assert left(settled([fee(300)], percent("10", invoices_left=1))) == []


def test_a_coupon_for_ever_stays_as_it_is():
    forever = coupon(100)
    assert left(settled([fee(300)], forever)) == [forever]


def test_what_an_invoice_did_not_need_stays_for_the_next_one():
    unused = coupon(100, invoices_left=3)
    settlement = settled([fee(300)], coupon(300), unused)
    assert taken(settlement) == [300]
    assert unused in left(settlement)


def test_metrics_come_before_plans_before_the_rest_and_the_oldest_first():
    rest, of_plan, of_metric, younger = (
        percent("50"),
        percent("50", plan_ids=frozenset({PLAN})),
        percent("50", metric_ids=frozenset({METRIC})),
        percent("50"),
    )
    settlement = settled([fee(800, metric=METRIC), fee(800)], rest, of_plan, of_metric, younger)
    assert [draw.coupon for draw in settlement.coupon_draws] == [of_metric, of_plan, rest, younger]
    # 50 % of 800 = 400; of 400 + 800 = 600; of 600 = 300; of 300 = 150
    assert taken(settlement) == [400, 600, 300, 150]


def test_a_limited_coupon_leaves_other_fees_alone():
    settlement = settled([fee(1000), fee(400, plan=OTHER_PLAN)], coupon(700, plan_ids=frozenset({OTHER_PLAN})))
    assert (taken(settlement), shares(settlement)) == ([400], [0, 400])


def test_a_limited_coupon_without_such_a_fee_is_not_used():
    only = coupon(700, metric_ids=frozenset({METRIC}), invoices_left=1)
    settlement = settled([fee(1000)], only)
    assert (taken(settlement), left(settlement)) == ([], [only])


def test_an_amount_in_another_currency_is_not_used_but_a_percentage_is():
    settlement = settled([fee(1000)], coupon(100, currency="NOK"), percent("10", currency=""))
    assert taken(settlement) == [100]
    assert [draw.coupon.rate_percent for draw in settlement.coupon_draws] == [10]


def test_a_limited_base_that_is_no_whole_number_gives_its_whole_cents():
    of_metric, of_plan = coupon(100, metric_ids=frozenset({METRIC})), coupon(500, plan_ids=frozenset({PLAN}))
    settlement = settled(
        [fee(100, plan=plan, metric=METRIC) for plan in (PLAN, OTHER_PLAN, OTHER_PLAN)], of_metric, of_plan
    )
    # 100 of 300 is 33.33333 of each fee, so 66.66667 are left of the plan's
    assert taken(settlement) == [100, 66]
    assert settlement.total_amount_cents == 134


plans = st.sampled_from([PLAN, OTHER_PLAN])
fees_of_an_invoice = st.lists(
    st.builds(fee, st.integers(0, 10**9), plan=plans, metric=st.sampled_from([METRIC, None]), taxes=st.just((VAT,))),
    max_size=8,
)
limits = st.sampled_from([{}, {"plan_ids": frozenset({PLAN})}, {"metric_ids": frozenset({METRIC})}])
lives = st.sampled_from([{}, {"is_consumed": True}, {"invoices_left": 1}, {"invoices_left": 3}])
amounts = st.builds(lambda cents, limit, life: coupon(cents, **limit, **life), st.integers(1, 10**9), limits, lives)
rates = st.decimals("0.00001", "120", places=5)
percentages = st.builds(lambda rate, limit: coupon(rate_percent=rate, **limit), rates, limits)
coupons_of_a_customer = st.lists(amounts | percentages, max_size=6)


@given(fees_of_an_invoice, coupons_of_a_customer)
def test_nothing_is_taken_below_zero_and_the_parts_make_up_the_whole(fees, coupons):
    settlement = settled(fees, *coupons)
    assert settlement.coupons_amount_cents == sum(taken(settlement)) <= settlement.fees_amount_cents
    assert all(0 <= share <= own.amount_cents for own, share in zip(fees, shares(settlement), strict=True))
    # each share is rounded to 0.00001
    assert abs(sum(shares(settlement), Decimal(0)) - settlement.coupons_amount_cents) <= Decimal("0.0001") * len(
        coupons
    )
    assert 0 <= settlement.sub_total_excluding_taxes_amount_cents <= settlement.total_amount_cents


@given(fees_of_an_invoice, coupons_of_a_customer)
def test_a_coupon_is_used_for_what_it_is_for_and_within_its_amount(fees, coupons):
    for draw in settled(fees, *coupons).coupon_draws:
        assert 0 < draw.amount_cents <= sum(each.amount_cents for each in fees if draw.coupon.is_for(each))
        assert draw.coupon.rate_percent is not None or draw.amount_cents <= draw.coupon.amount_cents


@given(st.lists(fees_of_an_invoice, max_size=4), st.integers(1, 10**9))
def test_a_one_time_amount_is_used_up_exactly(invoices, amount_cents):
    credits, used = CustomerCredits(coupons=(coupon(amount_cents, is_consumed=True),)), 0
    for fees in invoices:
        settlement = settle(fees, credits, "EUR")
        credits, used = settlement.credits_left, used + settlement.coupons_amount_cents
    assert used + sum(each.amount_cents for each in credits.coupons) == amount_cents
    assert used == min(amount_cents, sum(each.amount_cents for fees in invoices for each in fees))
