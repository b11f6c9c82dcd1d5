"""The steps that were stored with a fee are those that made its price."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plans.rating import Usage, parse_properties, rate, stored_steps

TIER = {"from_value": 0, "to_value": 10, "per_unit_amount": "0.35", "flat_amount": "2"}
LAST = {"from_value": 11, "to_value": None, "per_unit_amount": "0.1", "flat_amount": "1"}
RATED = {"from_value": 0, "to_value": None, "rate": "1.5", "flat_amount": "3"}
PRICES = [
    ("standard", {"amount": "0.0025"}),
    ("graduated", {"graduated_ranges": [TIER, LAST]}),
    ("volume", {"volume_ranges": [TIER, LAST]}),
    ("package", {"amount": "5", "package_size": 7, "free_units": 3}),
    ("percentage", {"rate": "1.2", "fixed_amount": "0.1"}),
    ("graduated_percentage", {"graduated_percentage_ranges": [RATED]}),
]


@given(st.sampled_from(PRICES), st.integers(0, 10_000).map(lambda n: Decimal(n) / 4), st.integers(0, 50))
def test_stored_steps_add_up_to_the_price(price, units, events):
    rated = rate(parse_properties(*price), Usage(units=units, events_count=events))

    steps = stored_steps(units, rated.unit_amount, rated.amount, rated.amount_details)

    assert sum(step.amount for step in steps) == rated.amount
