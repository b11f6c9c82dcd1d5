"""How a voided invoice is divided."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import CreditableFee, divided, rest_of

fees = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), min_size=1, max_size=5).map(
    lambda amounts: [
        CreditableFee(UUID(int=number), max(amount, credited), Decimal(0), (), credited)
        for number, (amount, credited) in enumerate(amounts)
    ]
)


def test_an_item_is_divided_in_proportion_to_the_total_with_tax():
    fee = CreditableFee(UUID(int=1), 1000, Decimal(0), ())
    kept, remainder = divided(rest_of([fee]), 400, 1200)
    assert [item.precise_amount_cents for item in kept] == [Decimal("333.33333")]
    assert [item.precise_amount_cents for item in remainder] == [667]


@given(fees, st.decimals(0, 1, places=6))
def test_both_parts_are_all_that_is_left_of_the_fees(each, share):
    items = rest_of(each)
    total = sum(fee.creditable_amount_cents for fee in each)
    kept, remainder = divided(items, int(total * share), total)
    assert sum(item.amount_cents for item in (*kept, *remainder)) == total
    assert all(item.precise_amount_cents >= 0 for item in (*kept, *remainder))


@given(fees)
def test_kept_whole_nothing_remains(each):
    total = sum(fee.creditable_amount_cents for fee in each)
    kept, remainder = divided(rest_of(each), total, total)
    assert remainder == []
    assert [item.precise_amount_cents for item in kept] == [item.precise_amount_cents for item in rest_of(each)]
