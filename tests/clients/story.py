"""One catalogue and one month of usage, the same for every client, and what they cost.

VAT of 20 %; 49.00 EUR a month in arrears and four charges, one of each model on one of each aggregation:

===========  ==============================  ===================================  ========================
metric       usage of January                price                                amount
===========  ==============================  ===================================  ========================
tokens       sum of 1000 and 234.5           standard, 0.0025                     1234.5 × 0.0025 = 3.08625
requests     5 events                        graduated, 1 + 2 × 1.00, then 0.50   1 + 2 + 3 × 0.50 = 4.50
users        ann, bob, ann, eve: 3           package, 5.00 for 2, 1 free          1 × 5.00 = 5.00
storage      max of 80, 120, 100             volume, 0.05 from 101 on, plus 2.00  2 + 120 × 0.05 = 8.00
===========  ==============================  ===================================  ========================
"""

from typing import Any

METRICS = {
    "tokens": ("sum_agg", "value"),
    "requests": ("count_agg", None),
    "users": ("unique_count_agg", "user"),
    "storage": ("max_agg", "value"),
}
PRICES: dict[str, tuple[str, dict[str, Any]]] = {
    "tokens": ("standard", {"amount": "0.0025"}),
    "requests": (
        "graduated",
        {
            "graduated_ranges": [
                {"from_value": 0, "to_value": 2, "per_unit_amount": "1", "flat_amount": "1"},
                {"from_value": 3, "to_value": None, "per_unit_amount": "0.50", "flat_amount": "0"},
            ]
        },
    ),
    "users": ("package", {"amount": "5", "package_size": 2, "free_units": 1}),
    "storage": (
        "volume",
        {
            "volume_ranges": [
                {"from_value": 0, "to_value": 100, "per_unit_amount": "0.10", "flat_amount": "0"},
                {"from_value": 101, "to_value": None, "per_unit_amount": "0.05", "flat_amount": "2"},
            ]
        },
    ),
}
USAGE: list[tuple[str, dict[str, Any]]] = [
    ("tokens", {"value": "1000"}),
    ("tokens", {"value": 234.5}),
    *[("requests", {})] * 5,
    *[("users", {"user": name}) for name in ("ann", "bob", "ann", "eve")],
    *[("storage", {"value": value}) for value in (80, 120, 100)],
]
UNITS = {"tokens": "1234.5", "requests": "5.0", "users": "3.0", "storage": "120.0"}
CENTS = {"tokens": 309, "requests": 450, "users": 500, "storage": 800}

# 309 + 450 + 500 + 800; 20 % of 2059 = 411.8
USAGE_CENTS, USAGE_TAXES_CENTS, USAGE_TOTAL_CENTS = 2059, 412, 2471
# 4900 + 2059; 20 % of 6959 = 1391.8
FEES_CENTS, TAXES_CENTS, TOTAL_CENTS = 6959, 1392, 8351

# Unix seconds of 10 January 2024; the events follow each other by a second.
FIRST_EVENT_AT = 1_704_844_800


def events(external_subscription_id: str) -> list[dict[str, Any]]:
    return [
        {
            "transaction_id": f"event-{number}",
            "external_subscription_id": external_subscription_id,
            "code": code,
            "timestamp": FIRST_EVENT_AT + number,
            "properties": properties,
        }
        for number, (code, properties) in enumerate(USAGE)
    ]
