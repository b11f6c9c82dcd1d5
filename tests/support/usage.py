"""Events and metrics, through the product's own commands."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from customers.models import Organization
from usage.ingest import IngestedEvent
from usage.models import BillableMetric
from usage.services.billable_metric import create_billable_metric
from usage.services.event import ingest_batch

_numbers = count(1)


def an_event(code: str = "tokens", value: Any = None, **fields: Any) -> dict[str, Any]:
    """An event as it is sent; ``value`` is its property of that name, ``at`` its timestamp."""
    properties = {**({} if value is None else {"value": value}), **fields.pop("properties", {})}
    at: datetime | None = fields.pop("at", None)
    event = {
        "transaction_id": f"transaction-{next(_numbers)}",
        "external_subscription_id": "subscription",
        "code": code,
        "properties": properties,
        **fields,
    }
    return event if at is None else {**event, "timestamp": at.isoformat()}


def send(organization: Organization, *events: Mapping[str, Any]) -> list[IngestedEvent]:
    """Send events in one batch, received now."""
    body = json.dumps({"events": events}).encode()
    return ingest_batch(organization=organization, body=body, at=organization.now())


def a_metric(organization: Organization, code: str = "tokens", **values: Any) -> BillableMetric:
    """A sum of the property ``value``, not recurring."""
    values = {"name": code, "aggregation_type": "sum_agg", "field_name": "value", **values}
    return create_billable_metric(organization=organization, at=organization.now(), code=code, **values)
