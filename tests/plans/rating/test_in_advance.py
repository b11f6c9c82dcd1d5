"""Prices of one event: what it adds, and what it would cost alone."""

from decimal import Decimal
from functools import partial

import pytest

from plans.rating import NOTHING, parse_properties, rate_in_advance, rate_instantly
from tests.plans.rating.prices import graduated, graduated_percentage, of, package, percentage, tier, transactions

share = partial(tier, key="rate")
SHARES = graduated_percentage(share(0, 100, "20", "10"), share(101, 200, "30", "7"), share(201, None, "40", "5"))


def test_an_event_pays_the_difference_that_it_makes() -> None:
    added = rate_in_advance(SHARES, of("150"), of("50"))
    # 50 × 20 % + 50 × 30 % + 7: the first flat amount was paid before
    assert added.amount == 32
    assert added.unit_amount == Decimal("0.32")
    assert added.amount_details["graduated_percentage_ranges"] == [
        {
            "units": "50.0",
            "from_value": 0,
            "to_value": 100,
            "flat_unit_amount": "0.0",
            "rate": "20.0",
            "per_unit_total_amount": "10.0",
            "total_with_flat_amount": "10.0",
        },
        {
            "units": "50.0",
            "from_value": 101,
            "to_value": 200,
            "flat_unit_amount": "7.0",
            "rate": "30.0",
            "per_unit_total_amount": "15.0",
            "total_with_flat_amount": "22.0",
        },
    ]


def test_the_first_event_also_pays_the_first_flat_amount() -> None:
    price = graduated(tier(0, None, "1", "10"))
    assert rate_in_advance(price, of("1"), of("0")).amount == 11
    assert rate_in_advance(price, of("2"), of("1")).amount == 1


def test_a_package_is_paid_by_the_event_that_opens_it() -> None:
    price = package("100", 2, 3)
    added = [rate_in_advance(price, of(str(units)), of(str(units - 1))).amount for units in range(1, 8)]
    assert added == [0, 0, 0, 100, 0, 100, 0]


def test_free_events_show_no_fixed_fee() -> None:
    price = percentage("5", fixed_amount="1", free_units_per_events=2)
    free = rate_in_advance(price, transactions("8", "5"), transactions("8"))
    paid = rate_in_advance(price, transactions("8", "5", "3"), transactions("8", "5"))
    assert (free.amount, free.amount_details["free_events"], free.amount_details["fixed_fee_unit_amount"]) == (
        0,
        "1.0",
        "0.0",
    )
    assert paid.amount == Decimal("1.15")  # 3 × 5 % + 1
    assert paid.amount_details["fixed_fee_unit_amount"] == "1.0"


def test_each_event_keeps_its_limits() -> None:
    price = percentage("1", fixed_amount="0.5", per_transaction_min_amount="1.75", per_transaction_max_amount="2")
    values = ["100", "1000", "10000"]
    added = [
        rate_in_advance(price, transactions(*values[: count + 1]), transactions(*values[:count])).amount
        for count in range(3)
    ]
    assert added == [Decimal("1.75"), 2, 2]


def test_an_event_that_takes_away_is_no_refund() -> None:
    assert rate_in_advance(parse_properties("standard", {"amount": "5"}), of("3"), of("4")) == NOTHING


def test_alone_an_event_has_nothing_free() -> None:
    price = percentage("2", fixed_amount="1", free_units_per_events=5, per_transaction_max_amount="2.5")
    assert rate_instantly(price, Decimal(50)) == 2  # 50 × 2 % + 1
    assert rate_instantly(price, Decimal(100)) == Decimal("2.5")
    assert rate_instantly(price, Decimal(-1)) == 0


def test_alone_a_standard_price_is_units_times_amount() -> None:
    assert rate_instantly(parse_properties("standard", {"amount": "10"}), Decimal(500)) == 5000


def test_other_prices_have_no_instant_price() -> None:
    with pytest.raises(ValueError, match="package"):
        rate_instantly(package("1", 1, 0), Decimal(1))
