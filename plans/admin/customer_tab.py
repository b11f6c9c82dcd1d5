"""The subscriptions on a customer's page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from customers.admin.customer import CustomerAdmin
from customers.models import Customer

SHOWN = 100


def subscriptions(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    rows = customer.subscriptions.select_related("plan").order_by("-created_at", "-id")[:SHOWN]
    table = Table(
        columns=("Subscription", "Plan", "State", "Started", "Next invoice"),
        rows=[
            (
                link(row),
                link(row.plan, row.plan.name),
                badge(row.status),
                instant(row.started_at),
                instant(row.next_billing_at),
            )
            for row in rows
        ],
        empty="No subscriptions yet. Put the customer on a plan.",
    )
    add_url = f"{reverse('admin:plans_subscription_add')}?customer={customer.pk}"
    return {"table": table, "add_url": add_url, "add_label": "New subscription"}


CustomerAdmin.tabs.append(
    Tab(
        name="subscriptions",
        title="Subscriptions",
        template="admin/tab_table.html",
        context=subscriptions,
        permission="plans.view_subscription",
        position=10,
    )
)
