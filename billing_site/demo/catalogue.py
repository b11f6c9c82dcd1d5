"""What the demo sells: tokens in and tokens out, by the unit or in tiers."""

from billing_site.demo.client import DemoClient, Json

INPUT_TOKENS, OUTPUT_TOKENS = "input_tokens", "output_tokens"
PAY_AS_YOU_GO, SCALE = "pay_as_you_go", "scale"
INPUT_PRICE, OUTPUT_PRICE = "0.0000025", "0.00001"


def create_metrics(client: DemoClient) -> dict[str, str]:
    """The ids of the two metrics by code."""
    names = {INPUT_TOKENS: "Input tokens", OUTPUT_TOKENS: "Output tokens"}
    return {code: _create_metric(client, code, name) for code, name in names.items()}


def create_pay_as_you_go(client: DemoClient, metrics: dict[str, str]) -> None:
    """No monthly fee, a price for each token, in arrears."""
    charges: list[Json] = [
        {"billable_metric_id": metrics[code], "charge_model": "standard", "properties": {"amount": price}}
        for code, price in ((INPUT_TOKENS, INPUT_PRICE), (OUTPUT_TOKENS, OUTPUT_PRICE))
    ]
    _create_plan(client, PAY_AS_YOU_GO, "Pay as you go", 0, charges)


def create_scale(client: DemoClient, metrics: dict[str, str]) -> None:
    """A monthly fee paid in advance, and input tokens that get cheaper tier by tier."""
    tiers = [
        {"from_value": 0, "to_value": 10_000_000, "per_unit_amount": "0.0000022", "flat_amount": "0"},
        {"from_value": 10_000_001, "to_value": 50_000_000, "per_unit_amount": "0.0000018", "flat_amount": "0"},
        {"from_value": 50_000_001, "to_value": None, "per_unit_amount": "0.0000014", "flat_amount": "0"},
    ]
    package = {"amount": "9", "package_size": 1_000_000, "free_units": 500_000}
    charges: list[Json] = [
        {
            "billable_metric_id": metrics[INPUT_TOKENS],
            "charge_model": "graduated",
            "properties": {"graduated_ranges": tiers},
        },
        {"billable_metric_id": metrics[OUTPUT_TOKENS], "charge_model": "package", "properties": package},
    ]
    _create_plan(client, SCALE, "Scale", 49_00, charges, pay_in_advance=True)


def _create_metric(client: DemoClient, code: str, name: str) -> str:
    values = {"name": name, "code": code, "aggregation_type": "sum_agg", "field_name": "tokens"}
    return str(client.create("billable_metrics", "billable_metric", values)["lago_id"])


def _create_plan(
    client: DemoClient, code: str, name: str, amount_cents: int, charges: list[Json], **terms: bool
) -> None:
    values = {
        "name": name,
        "code": code,
        "interval": "monthly",
        "amount_cents": amount_cents,
        "amount_currency": "USD",
        "pay_in_advance": False,
        "charges": charges,
        **terms,
    }
    client.create("plans", "plan", values)
