"""The shared cases of the reference system, where they are at hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_site.kernel.money import to_cents, to_units
from plans.rating import (
    ProratedEvent,
    Usage,
    minimum_commitment_amount_cents,
    parse_properties,
    prorated_minimum_cents,
    rate,
    rate_instantly,
)

CASES_FOLDER = Path(__file__).parents[4] / "shared" / "acceptance" / "rating"
TOLERANCE = Decimal("0.000001")


def load_cases() -> list[Any]:
    cases = [case for path in sorted(CASES_FOLDER.glob("*.json")) for case in json.loads(path.read_text())]
    if not cases:
        reason = f"the shared cases are not at {CASES_FOLDER.parent.parent.name}/{CASES_FOLDER.parent.name}"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="no-cases")]
    return [pytest.param(case, id=case["id"]) for case in cases]


def usage_of(case: dict[str, Any]) -> Usage:
    if "transactions" in case:
        return Usage.of_transactions([Decimal(value) for value in case["transactions"]])
    if "prorated_events" in case:
        events = case["prorated_events"]
        return Usage.of_prorated_events(
            [ProratedEvent(Decimal(event["units"]), Decimal(event["prorated_units"])) for event in events]
        )
    return Usage(
        units=Decimal(case["units"]),
        full_units=Decimal(case["full_units"]) if "full_units" in case else None,
        precise_total_amount_cents=Decimal(case.get("precise_total_amount_cents", 0)),
        currency=case["currency"],
    )


def amounts_of(case: dict[str, Any]) -> tuple[Decimal, int, Decimal | None]:
    currency, properties = case["currency"], case["properties"]
    if case["charge_model"] == "minimum_commitment":
        days = {"billed_days": properties["billed_days"], "period_days": properties["period_days"]}
        amount = to_units(prorated_minimum_cents(properties["amount_cents"], **days), currency)
        return amount, minimum_commitment_amount_cents(properties["amount_cents"], **days), None
    model = parse_properties(case["charge_model"], properties)
    if case.get("context") == "estimate_instant":
        amount = rate_instantly(model, usage_of(case).units)
        return amount, to_cents(amount, currency), None
    rated = rate(model, usage_of(case))
    return rated.amount, to_cents(rated.amount, currency), rated.unit_amount


@pytest.mark.parametrize("case", load_cases())
def test_prices_as_the_reference_system_does(case: dict[str, Any]) -> None:
    expected = case["expected"]
    amount, amount_cents, unit_amount = amounts_of(case)
    assert abs(amount - Decimal(expected["amount"])) < TOLERANCE
    assert amount_cents == expected["amount_cents"]
    if "unit_amount" in expected and unit_amount is not None:
        assert abs(unit_amount - Decimal(expected["unit_amount"])) <= TOLERANCE
