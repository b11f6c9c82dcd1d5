"""Dated stories over the REST API: a sandbox, its test clock, and the lines of its invoices."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import Any

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.clock import instant

Line = tuple[str, int]


class Story:
    """A sandbox organization whose clock stands at ``at``; its calls answer the object under its root."""

    def __init__(self, at: str) -> None:
        self.api = ApiClient(an_organization(at=instant(at)))
        self._numbers = count(1)

    def clock(self, *instants: str) -> None:
        for at in instants:
            self.api.put("/test_clock", {"test_clock": {"now": at if "T" in at else f"{at}T00:00:00Z"}})

    def make(self, root: str, path: str, **fields: Any) -> Any:
        return self.api.post(path, {root: fields})[root]

    def tax(self, code: str, rate: str, **fields: Any) -> Any:
        values = {"name": code, "code": code, "rate": rate, "applied_to_organization": True, **fields}
        return self.make("tax", "/taxes", **values)

    def customer(self, external_id: str = "c", **fields: Any) -> Any:
        values = {"external_id": external_id, "name": external_id, "currency": "EUR", **fields}
        return self.make("customer", "/customers", **values)

    def metric(self, code: str, aggregation: str = "sum_agg", **fields: Any) -> str:
        field = {} if aggregation == "count_agg" else {"field_name": "value"}
        values = {"name": code, "code": code, "aggregation_type": aggregation, **field, **fields}
        return str(self.make("billable_metric", "/billable_metrics", **values)["lago_id"])

    def add_on(self, code: str, amount_cents: int = 100, **fields: Any) -> str:
        values = {"name": code, "code": code, "amount_cents": amount_cents, "amount_currency": "EUR", **fields}
        return str(self.make("add_on", "/add_ons", **values)["lago_id"])

    def plan(self, code: str, amount_cents: int, interval: str = "monthly", **fields: Any) -> Any:
        values = {"name": code, "code": code, "interval": interval, "amount_cents": amount_cents}
        return self.make("plan", "/plans", **{**values, "amount_currency": "EUR", "pay_in_advance": False, **fields})

    def subscribe(self, plan: str, external_id: str = "s", customer: str = "c", **fields: Any) -> Any:
        values = {"external_customer_id": customer, "plan_code": plan, "external_id": external_id, **fields}
        return self.make("subscription", "/subscriptions", **values)

    def use(self, code: str, value: Any = None, *, at: str | None = None, of: str = "s", **properties: Any) -> None:
        given = properties if value is None else {"value": value, **properties}
        event = {"transaction_id": f"event-{next(self._numbers)}", "external_subscription_id": of, "code": code}
        moment = {} if at is None else {"timestamp": at}
        self.api.post("/events", {"event": {**event, **moment, "properties": given}})

    def end(self, external_id: str = "s", **options: Any) -> Any:
        return self.api.delete(f"/subscriptions/{external_id}", **options)["subscription"]

    def invoices(self, customer: str | None = "c", **query: Any) -> list[Any]:
        """All of a customer, whole, the oldest first."""
        whose = {} if customer is None else {"external_customer_id": customer}
        found = self.api.get("/invoices", **whose, **query)["invoices"]
        return [self.api.get(f"/invoices/{one['lago_id']}")["invoice"] for one in reversed(found)]

    def bills(self, customer: str = "c") -> list[list[Line]]:
        """The lines of each invoice."""
        return [lines(invoice) for invoice in self.invoices(customer)]


def lines(invoice: Any) -> list[Line]:
    """Code (a subscription's is its plan's) and cents of each fee, in order of code."""
    return sorted((_name(fee), fee["amount_cents"]) for fee in invoice["fees"])


def price(metric_id: str, amount: str = "1", **fields: Any) -> dict[str, Any]:
    """A standard charge in arrears."""
    return {"billable_metric_id": metric_id, "charge_model": "standard", "properties": {"amount": amount}, **fields}


def fixed(add_on_id: str, amount: str, units: str = "1", **fields: Any) -> dict[str, Any]:
    values = {"add_on_id": add_on_id, "charge_model": "standard", "units": units, "properties": {"amount": amount}}
    return {**values, "pay_in_advance": False, "prorated": False, **fields}


def tiers(*edges: tuple[int, int | None, str, str], key: str = "per_unit_amount") -> list[dict[str, Any]]:
    return [{"from_value": start, "to_value": end, key: each, "flat_amount": flat} for start, end, each, flat in edges]


def totals(invoice: Any, *names: str) -> list[Any]:
    return [invoice[f"{name}_amount_cents"] for name in names]


def numbers(values: Iterable[Any]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def _name(fee: Any) -> str:
    item = fee["item"]
    return "commitment" if item["type"] == "commitment" else str(item["code"])
