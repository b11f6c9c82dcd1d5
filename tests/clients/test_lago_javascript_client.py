"""lago-javascript-client, unchanged, through the whole loop against a running server. It comes from npm."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.clients import story
from tests.clients.conftest import Account

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGE = "lago-javascript-client"
VERSION = "1.53.0"
LOOP = Path(__file__).with_name("javascript_loop.mjs")


@pytest.fixture(scope="module")
def client_module() -> Path:
    """The client's entry, installed once and kept beside the other data of this installation."""
    home = settings.BILLING_HOME / "cache" / f"{PACKAGE}-{VERSION}"
    entry = home / "node_modules" / PACKAGE / "esm" / "mod.js"
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if not entry.exists():
        install(home)
    return entry


def install(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home)]
    npm = subprocess.run([*command, f"{PACKAGE}@{VERSION}"], capture_output=True, text=True, timeout=120)
    if npm.returncode:
        pytest.skip(f"npm cannot install {PACKAGE}: {npm.stderr.strip()[-200:]}")


@pytest.fixture
def seen(account: Account, client_module: Path) -> dict[str, Any]:
    """What the client saw on its way through the loop."""
    node = subprocess.run(
        ["node", str(LOOP), client_module.as_uri()],
        input=json.dumps(plan_of_work(account)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert node.returncode == 0, node.stderr
    return json.loads(node.stdout)


def plan_of_work(account: Account) -> dict[str, Any]:
    customer = {"external_id": "acme", "currency": "EUR", "tax_codes": ["vat"]}
    plan = {"name": "Scale", "code": "scale", "interval": "monthly", "amount_cents": 4900, "amount_currency": "EUR"}
    return {
        "url": account.url,
        "api_key": account.api_key,
        "customer": {**customer, "billing_configuration": {"invoice_grace_period": 3}},
        "priced_metrics": [priced_metric(code) for code in story.METRICS],
        "plan": {**plan, "pay_in_advance": False},
        "subscription": {"external_customer_id": "acme", "plan_code": "scale", "external_id": "sub"},
        "events": story.events("sub"),
        "end": "2024-02-01T00:00:00Z",
    }


def priced_metric(code: str) -> dict[str, Any]:
    aggregation, field = story.METRICS[code]
    model, properties = story.PRICES[code]
    metric = {"name": code.title(), "code": code, "aggregation_type": aggregation, "field_name": field}
    return {"metric": metric, "charge": {"charge_model": model, "properties": properties}}


def test_the_loop_from_the_first_tax_to_the_paid_invoice(seen):
    assert (seen["subscription"]["status"], seen["subscription"]["plan_code"]) == ("active", "scale")
    assert seen["sent"]["stored"] == len(story.USAGE) - 1
    assert seen["sent"]["found"]["properties"] == {"value": 234.5}

    usage = seen["usage"]
    shown = {each["billable_metric"]["code"]: each for each in usage["charges_usage"]}
    assert {code: each["units"] for code, each in shown.items()} == story.UNITS
    assert {code: each["amount_cents"] for code, each in shown.items()} == story.CENTS
    assert (usage["taxes_amount_cents"], usage["total_amount_cents"]) == (
        story.USAGE_TAXES_CENTS,
        story.USAGE_TOTAL_CENTS,
    )

    billed = seen["billed"]
    assert billed["clock"]["invoices_created"] == billed["meta"]["total_count"] == 1
    assert billed["refreshed"]["status"] == "draft"
    assert billed["finalized"]["total_amount_cents"] == story.TOTAL_CENTS
    invoice = billed["invoice"]
    assert (invoice["status"], invoice["payment_status"]) == ("finalized", "succeeded")
    assert (invoice["fees_amount_cents"], invoice["taxes_amount_cents"]) == (story.FEES_CENTS, story.TAXES_CENTS)
    fees = {fee["item"]["code"]: fee["amount_cents"] for fee in billed["fees"]}
    assert fees == {"scale": 4900, **story.CENTS}

    assert seen["duplicate"]["code"] == "validation_errors"
    assert seen["duplicate"]["error_details"] == {"transaction_id": ["value_already_exist"]}
    assert seen["unknown"] == {"status": 404, "error": "Not Found", "code": "plan_not_found"}
    assert "/portal/" in seen["portal_url"]
    assert seen["timezone"] == "Europe/Paris"
