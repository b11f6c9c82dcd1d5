"""Percentage prices: free parts, fixed amounts, limits per transaction."""

from decimal import Decimal
from typing import Any

import pytest

from plans.rating import Usage, needs_transactions
from tests.plans.rating.prices import amount, counted, details, of, percentage, transactions

FREE_EVENTS: dict[str, Any] = {"free_units_per_events": 3}
FREE_TOTAL: dict[str, Any] = {"free_units_per_total_aggregation": "500"}


def test_rate_on_units_and_fixed_amount_on_events() -> None:
    # 800 × 1.3 % + 4 × 2
    assert amount(percentage("1.3", fixed_amount="2"), transactions("50", "100", "250", "400")) == Decimal("18.4")


def test_without_units_no_fixed_amount_is_due() -> None:
    assert amount(percentage("1", fixed_amount="2"), Usage(Decimal(0), events_count=3)) == 0


def test_first_events_are_free() -> None:
    price = percentage("1.3", fixed_amount="2", free_units_per_events=3)
    assert amount(price, transactions("50", "100", "250", "400")) == Decimal("7.2")  # 400 × 1.3 % + 2


def test_a_free_total_spares_the_rate_on_it_and_the_events_below_it() -> None:
    price = percentage("1", fixed_amount="5", free_units_per_total_aggregation="15")
    assert amount(price, transactions("4")) == 0
    assert amount(price, transactions("4", "4", "4", "4")) == Decimal("5.01")  # 16 - 15, and the fourth event
    assert amount(price, transactions("4", "4", "4", "4", "10")) == Decimal("10.11")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("200", "100", "100"), "0"),
        (("200", "100", "100", "50"), "0.7"),  # three events end the free part at 400: 50 × 1.2 % + 0.10
        (("400", "200"), "1.3"),  # 500 units end it within the second event: 100 × 1.2 % + 0.10
    ],
)
def test_with_both_the_free_part_ends_with_whichever_comes_first(values: tuple[str, ...], expected: str) -> None:
    price = percentage("1.2", fixed_amount="0.10", **FREE_EVENTS, **FREE_TOTAL)
    assert amount(price, transactions(*values)) == Decimal(expected)


def test_counted_events_need_no_transactions() -> None:
    price = percentage("10", fixed_amount="1", free_units_per_events=2)
    assert amount(price, counted(1)) == 0
    assert amount(price, counted(5)) == Decimal("3.3")  # 3 × 10 % + 3 × 1
    assert amount(price, counted(5)) == amount(price, transactions(*["1"] * 5))


def test_counted_events_below_a_free_total_are_free() -> None:
    price = percentage("10", fixed_amount="1", free_units_per_total_aggregation="3")
    # 5 - 3 units; only two running totals lie below 3, so that three events pay the fixed amount
    assert amount(price, counted(5)) == Decimal("3.2")
    assert amount(price, counted(5)) == amount(price, transactions(*["1"] * 5))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"rate": "2.99"}, "16.142"),  # 0.299 raised to 1.75, 2.392, 299 lowered to 12
        ({"rate": "2.99", "fixed_amount": "2"}, "18.691"),  # 2.299, 4.392, 12: the fixed amount counts first
        ({"rate": "2.99", "free_units_per_total_aggregation": "30"}, "13.794"),  # 60 of the second one pay 1.794, 12
        ({"rate": "2.99", "free_units_per_events": 3, "free_units_per_total_aggregation": "10000"}, "2.691"),  # 90 pay
        ({"rate": "2.99", "free_units_per_events": 1}, "14.392"),  # 2.392, 12
    ],
)
def test_with_limits_every_event_is_priced_on_its_own(properties: dict[str, str], expected: str) -> None:
    price = percentage(**properties, per_transaction_min_amount="1.75", per_transaction_max_amount="12")
    assert amount(price, transactions("10", "80", "10000")) == Decimal(expected)


def test_an_event_that_uses_up_the_free_total_exactly_is_free() -> None:
    price = percentage("1", per_transaction_min_amount="2", free_units_per_total_aggregation="30")
    assert amount(price, transactions("30")) == 0
    assert amount(price, transactions("30", "1")) == 2


def test_an_exhausted_free_total_also_ends_the_free_events() -> None:
    price = percentage(
        "1", per_transaction_min_amount="2", free_units_per_total_aggregation="30", free_units_per_events=5
    )
    assert amount(price, transactions("30", "1", "1")) == 4


def test_a_minimum_without_any_event_is_not_due() -> None:
    assert amount(percentage("1", per_transaction_min_amount="2"), transactions()) == 0


def test_transactions_are_needed_for_free_parts_and_limits_only() -> None:
    assert not needs_transactions(percentage("1", fixed_amount="2"))
    assert not needs_transactions(percentage("1", free_units_per_total_aggregation="0"))
    for properties in (
        FREE_EVENTS,
        FREE_TOTAL,
        {"per_transaction_min_amount": "1"},
        {"per_transaction_max_amount": "1"},
    ):
        assert needs_transactions(percentage("1", **properties))


def test_forgotten_transactions_are_an_error_not_a_wrong_price() -> None:
    with pytest.raises(ValueError, match="transactions"):
        amount(percentage("1", **FREE_EVENTS), of("3"))


def test_details_separate_what_was_free() -> None:
    price = percentage("5", fixed_amount="1", free_units_per_events=2)
    assert details(price, transactions("8", "5", "3")) == {
        "units": "16.0",
        "free_units": "13.0",
        "paid_units": "3.0",
        "free_events": "2.0",
        "paid_events": "1.0",
        "rate": "5.0",
        "per_unit_total_amount": "0.15",
        "fixed_fee_unit_amount": "1.0",
        "fixed_fee_total_amount": "1.0",
        "min_max_adjustment_total_amount": "0.0",
    }


def test_details_show_what_the_limits_changed() -> None:
    shown = details(percentage("1", per_transaction_max_amount="2"), transactions("1000"))
    assert (shown["per_unit_total_amount"], shown["min_max_adjustment_total_amount"]) == ("10.0", "-8.0")
