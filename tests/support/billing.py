"""A subscription that was used and billed, told through the product's own commands."""

from datetime import datetime
from typing import Any

from customers.models import Organization
from invoices.models import Invoice
from invoices.services.due_work import run_due_work
from plans.models import Plan
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric


def bill(organization: Organization, *, at: datetime) -> list[Invoice]:
    """Move the organization's clock to ``at``, do what is due by then; its invoices, oldest first."""
    organization.change(at=at, test_clock_at=at)
    run_due_work(organization=organization, at=at)
    return list(Invoice.objects.filter(organization=organization).order_by("billed_at", "id"))


def a_plan_of_every_price(organization: Organization, **fields: Any) -> Plan:
    """49.00 EUR and one charge of each kind; their metrics are named like the kinds."""
    charges = [
        a_charge(a_metric(organization, "standard"), "0.0025"),
        _charge(organization, "graduated", graduated_ranges=[_tier(0, 100, "0.10", "1"), _tier(101, None, "0.05")]),
        _charge(organization, "package", amount="5", package_size=100, free_units=100),
        _charge(organization, "volume", volume_ranges=[_tier(0, 100, "0.10"), _tier(101, None, "0.05", "2")]),
    ]
    values = {"name": "Scale", "amount_cents": 4900, "charges": charges, **fields}
    return a_plan(organization, **values)


def _charge(organization: Organization, model: str, **properties: Any) -> dict[str, Any]:
    return a_charge(a_metric(organization, model), charge_model=model, properties=properties)


def _tier(from_value: int, to_value: int | None, price: str, flat: str = "0") -> dict[str, Any]:
    return {"from_value": from_value, "to_value": to_value, "per_unit_amount": price, "flat_amount": flat}
