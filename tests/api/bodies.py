"""Bodies for an operation out of its schema: a plausible one, and the same with one field replaced."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.api.routes import Operation, Schema

Path = tuple[str | int, ...]

# What a field means is not in its type; where its name alone does not tell, that of its input does.
# ``ours`` exists, ``fresh`` does not.
MEANINGS: dict[str, Any] = {
    "ChargeFilterInput.values": {"region": ["us"]},
    "PlanChargeFilterInput.values": {"region": ["us"]},
    "EventInput.code": "ours",
    "PreviewInput.coupons": [{"code": "ours"}],
    "PreviewInput.customer": {"external_id": "ours"},
    "WebhookEndpointInput.event_types": ["invoice.created"],
    "EventInput.properties": {"value": 1},
    "CouponInput.amount_cents": 100,
    "DunningCampaignInput.thresholds": [{"currency": "EUR", "amount_cents": 1}],
    "PaymentInput.amount_cents": 1,
    "CreditNoteInput.credit_amount_cents": 1,
    "VoidInput.generate_credit_note": True,
    "CreditNoteUpdateInput.metadata": {"key": "value"},
    "OneOffInvoiceInput.fees": [{"add_on_code": "ours"}],
    "add_on_code": "ours",
    "aggregation_type": "sum_agg",
    "AlertInput.alert_type": "lifetime_usage_amount",
    "amount_currency": "EUR",
    "charge_model": "standard",
    "code": "fresh",
    "coupon_code": "ours",
    "dunning_campaign_code": "ours",
    "email": "someone@example.com",
    "external_customer_id": "ours",
    "external_id": "fresh",
    "external_subscription_id": "ours",
    "field_name": "value",
    "interval": "monthly",
    "invoice_custom_section_codes": ["ours"],
    "name": "Fresh",
    "now": "2024-03-02T00:00:00Z",
    "payment_status": "succeeded",
    "plan_code": "ours",
    "properties": {"amount": "1"},
    "reference": "transfer",
    "tax_codes": ["ours"],
    "timestamp": "1704844800",
    "transaction_id": "fresh",
    "units": 1,
    "webhook_url": "https://fresh.example.com",
}


class Bodies:
    """``components`` are those of the documentation; ``meanings`` add to what is known of fields by their name."""

    def __init__(self, components: Schema, meanings: dict[str, Any]) -> None:
        self._components = components
        self._meanings = {**MEANINGS, **meanings}

    def plausible(self, operation: Operation) -> Any:
        """What is mandatory and what is known by its name."""
        return self._example(operation.body or {})

    def fields(self, operation: Operation) -> list[Path]:
        """Where something can be put, inside lists at their first item."""
        return list(self._paths(operation.body or {}, ()))

    def names(self, operation: Operation) -> set[str]:
        """The fields directly below the root, of its first item if that is a list."""
        return {str(path[-1]) for path in self.fields(operation) if len([step for step in path if step]) == 2}

    def replaced(self, operation: Operation, path: Path, value: Any) -> Any:
        """The plausible body with ``value`` at ``path``; what lies on the way is filled in."""
        return self._put(self._resolved(operation.body or {}), self.plausible(operation), path, value)

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        return self._resolved(self._components[reference.rsplit("/", 1)[1]]) if reference else schema

    def _example(self, schema: Schema) -> Any:
        named = schema.get("$ref", "").rsplit("/", 1)[-1]
        schema = self._resolved(schema)
        if schema.get("type") == "object":
            return self._example_object(named, schema)
        if schema.get("type") == "array":
            return [self._example(schema["items"])]
        if "enum" in schema:
            return schema["enum"][0]
        return {"integer": 1, "boolean": False, "number": 1}.get(schema.get("type", ""), "1")

    def _example_object(self, named: str, schema: Schema) -> dict[str, Any]:
        example = {}
        for name, each in schema.get("properties", {}).items():
            meaning = self._meanings.get(f"{named}.{name}", self._meanings.get(name))
            if meaning is not None:
                example[name] = deepcopy(meaning)
            elif name in schema.get("required", ()):
                example[name] = self._example(each)
        return example

    def _paths(self, schema: Schema, path: Path) -> Iterator[Path]:
        schema = self._resolved(schema)
        if path:
            yield path
        if schema.get("type") == "array":
            yield from self._paths(schema["items"], (*path, 0))
        for name, each in schema.get("properties", {}).items():
            yield from self._paths(each, (*path, name))

    def _put(self, schema: Schema, body: Any, path: Path, value: Any) -> Any:
        if not path:
            return value
        step, *rest = path
        if isinstance(step, int):
            items = self._resolved(schema["items"])
            return [self._put(items, body[0] if body else self._example(items), tuple(rest), value)]
        inner = self._resolved(schema["properties"][step])
        below = body.get(step) if isinstance(body, dict) else None
        return {**(body or {}), step: self._put(inner, below or self._example(inner), tuple(rest), value)}
