"""Loads the shared period cases, where that folder is mounted beside the project."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from plans.periods import BillingInterval, BillingTime, PreviousInvoice, Terms

FOLDER = Path(__file__).parents[3].parent / "shared" / "acceptance" / "periods"
ONE_SECOND = timedelta(seconds=1)


def cases(*, billing_days: bool) -> list[dict[str, Any]]:
    paths = [path for path in sorted(FOLDER.glob("*.json")) if (path.stem == "billing-days") is billing_days]
    return [case for path in paths for case in json.loads(path.read_text())]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def terms_of(case: dict[str, Any]) -> Terms:
    replaced = case.get("replaces_subscription_terminated_at")
    return Terms(
        interval=BillingInterval(case["interval"]),
        billing_time=BillingTime(case["billing_time"]),
        timezone=case["timezone"],
        subscription_at=instant(case["subscription_at"]),
        started_at=instant(case.get("started_at") or case["subscription_at"]),
        pay_in_advance=case.get("pay_in_advance", False),
        bill_charges_monthly=case.get("bill_charges_monthly", False),
        bill_fixed_charges_monthly=case.get("bill_fixed_charges_monthly", False),
        replaces_subscription_terminated_at=replaced and instant(replaced),
        previous_invoice=_previous_invoice(case),
    )


def _previous_invoice(case: dict[str, Any]) -> PreviousInvoice | None:
    if "previous_timezone" not in case:
        return None
    ends = (case.get(f"previous_{what}_to_datetime") for what in ("charges", "fixed_charges"))
    return PreviousInvoice(case["previous_timezone"], *(end and instant(end) + ONE_SECOND for end in ends))
