"""Moving a subscription to another plan."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from plans.models import Plan, Subscription, SubscriptionStatus
from plans.queries import live_plans
from plans.services.subscription import create_subscription

EXPLANATION = (
    "A plan that costs as much a year, or more, takes over now: what the former one owes is billed together with what "
    "the new one pays ahead. A cheaper one takes over with the next period."
)


class PlanChangeForm(CommandForm):
    plan = forms.ModelChoiceField(Plan.objects.none())

    def prepare(self) -> None:
        plans = live_plans(self.organization).exclude(pk__in=[self.instance.plan_id, self.instance.plan.parent_id])
        self.fields["plan"].queryset = plans.order_by("name")  # type: ignore[attr-defined]


def move(subscription: Subscription, plan: Plan, at: datetime) -> Subscription:
    """The subscription that is on ``plan`` now, or the one that waits for its period to end."""
    return create_subscription(
        organization=subscription.organization,
        at=at,
        external_customer_id=subscription.customer.external_id,
        plan_code=plan.code,
        external_id=subscription.external_id,
    )


def change_plan(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    plan = values["plan"]
    changed = move(subscription, plan, organization_of(request).now())
    if changed.plan_id == plan.pk:
        url = reverse("admin:plans_subscription_change", args=[changed.pk])
        return format_html('<a href="{}">{}</a> is on plan {} now.', url, changed, plan.name)
    return f"{subscription} changes to plan {plan.name} with its next period."


CHANGE_PLAN = Button(
    name="change_plan",
    label="Change plan",
    command=change_plan,
    form=PlanChangeForm,
    confirm=EXPLANATION,
    allowed=lambda subscription: subscription.status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.PENDING),
    icon="swap_horiz",
)
