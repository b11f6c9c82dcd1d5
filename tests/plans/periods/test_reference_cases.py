"""Every shared case of which dates an invoice covers and on which days it is due."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from billing_site.kernel.intervals import Interval
from plans.periods import (
    TICK,
    Boundaries,
    beginning_of_current_period,
    boundaries_at,
    current_period,
    is_billing_date,
    is_first_month_after_first_period,
    local_date,
    next_end_of_period,
    period_days_at,
    previous_beginning_of_period,
    start_of_day,
    terminating_boundaries,
    wire_end,
)
from tests.plans.periods.reference_cases import FOLDER, cases, instant, terms_of

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared acceptance cases are not mounted")


@pytest.mark.parametrize("case", cases(billing_days=False), ids=lambda case: case["id"])
def test_an_invoice_covers_the_dates_of_the_case(case: dict[str, Any]):
    answers = _answers(case)

    expected = {key: _resolved(case, answers, value) for key, value in case["expected"].items()}

    assert {key: answers[key] for key in expected} == expected


@pytest.mark.parametrize("case", cases(billing_days=True), ids=lambda case: case["id"])
def test_an_invoice_is_due_on_the_days_of_the_case(case: dict[str, Any]):
    terms, expected = terms_of(case), case["expected"]

    for day in expected.get("billed_on", []):
        assert is_billing_date(terms, date.fromisoformat(day)), day
    for day in expected.get("not_billed_on", []):
        assert not is_billing_date(terms, date.fromisoformat(day)), day
    for at in expected.get("not_billed_at", []):
        assert not is_billing_date(terms, local_date(instant(at), terms.timezone)), at


def _answers(case: dict[str, Any]) -> dict[str, Any]:
    if case.get("started_at") is None:  # A pending subscription has no terms, so no periods.
        return dict.fromkeys(case["expected"])
    terms, at = terms_of(case), instant(case["billing_at"])
    boundaries = _boundaries(case)
    answers = {
        **_ends("", boundaries.subscription),
        **_ends("charges_", boundaries.charges),
        **_ends("fixed_charges_", boundaries.fixed_charges),
        "next_end_of_period": next_end_of_period(terms, at) - timedelta(seconds=1),
        "previous_beginning_of_period": previous_beginning_of_period(terms, at),
        "beginning_of_current_period": beginning_of_current_period(terms, at),
        "period_duration_in_days": boundaries.period_days,
        "charges_duration_in_days": boundaries.charges_days,
        "fixed_charges_duration_in_days": boundaries.fixed_charges_days,
        f"first_month_in_first_{case['interval']}_period?": is_first_month_after_first_period(terms, at),
    }
    answers["fixed_charges_period_to_datetime"] = answers["fixed_charges_to_datetime"]
    answers["from_datetime.utc_weekday"] = boundaries.subscription.start.isoweekday() % 7
    if "from_date" in case:
        answers["period_duration_in_days"] = period_days_at(terms, date.fromisoformat(case["from_date"]))
    return answers


def _boundaries(case: dict[str, Any]) -> Boundaries:
    terms, at = terms_of(case), instant(case["billing_at"])
    if case.get("terminated_at"):
        return terminating_boundaries(terms, instant(case["terminated_at"]), elapsed_period_billed=True)
    return current_period(terms, at) if case.get("current_usage") else boundaries_at(terms, at)


def _ends(prefix: str, covered: Interval | None) -> dict[str, datetime | None]:
    start, end = (covered.start, wire_end(covered)) if covered else (None, None)
    return {f"{prefix}from_datetime": start, f"{prefix}to_datetime": end}


def _resolved(case: dict[str, Any], answers: dict[str, Any], value: Any) -> Any:
    if isinstance(value, dict):
        [(relation, key)] = value.items()
        return _related(relation, answers[key], case["timezone"])
    return instant(value) if isinstance(value, str) else value


def _related(relation: str, answer: datetime, timezone: str) -> datetime:
    if relation == "end_of_day_before":
        return (start_of_day(local_date(answer, timezone), timezone) - TICK).replace(microsecond=0)
    return {"same_as": answer, "one_week_before": answer - timedelta(weeks=1)}[relation]
