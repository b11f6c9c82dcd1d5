"""Rows of the ``plans`` app, through the product's own commands, with everything given that a test leaves out."""

from itertools import count
from typing import Any

from customers.models import Organization
from plans.models import Plan, Subscription
from plans.services.plan import create_plan
from plans.services.subscription import create_subscription
from usage.models import BillableMetric

_numbers = count(1)


def a_charge(metric: BillableMetric, amount: str = "1", **fields: Any) -> dict[str, Any]:
    """The fields of a standard charge in arrears."""
    return {
        "billable_metric_id": metric.pk,
        "charge_model": "standard",
        "properties": {"amount": amount},
        **fields,
    }


def a_plan(organization: Organization, code: str | None = None, **fields: Any) -> Plan:
    """Monthly, 30.00 EUR in arrears, no charges."""
    code = code or f"plan-{next(_numbers)}"
    return create_plan(
        organization=organization,
        at=fields.pop("at", organization.now()),
        **{
            "name": code,
            "code": code,
            "interval": "monthly",
            "amount_cents": 3000,
            "amount_currency": "EUR",
            **fields,
        },
    )


def a_subscription(
    organization: Organization, plan: Plan | None = None, external_id: str | None = None, **options: Any
) -> Subscription:
    """Calendar billing, from now on, for a new customer."""
    plan = plan or a_plan(organization)
    number = next(_numbers)
    return create_subscription(
        organization=organization,
        at=options.pop("at", organization.now()),
        external_customer_id=options.pop("external_customer_id", f"customer-of-{number}"),
        plan_code=plan.code,
        external_id=external_id or f"subscription-{number}",
        **options,
    )
