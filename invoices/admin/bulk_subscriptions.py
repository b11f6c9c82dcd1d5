"""What can be done to many subscriptions that are ticked in their list."""

from typing import Any

from django import forms

from billing_site.kernel.admin.choices import with_empty
from billing_site.kernel.admin.forms import CommandForm
from customers.admin.bulk import BulkAction, bulk_action
from invoices.services.bulk_subscriptions import CHANGE_PLANS, TERMINATE
from plans.admin.plan_change import EXPLANATION
from plans.admin.subscription import SubscriptionAdmin
from plans.admin.subscription_form import LAST_INVOICES
from plans.models import OnTerminationCreditNote, Plan
from plans.queries import live_plans

MAY_CHANGE = "plans.change_subscription"
ENDS_NOW = "Each ends now. What was used up to this moment is billed on a last invoice."


class EndingForm(CommandForm):
    on_termination_invoice = forms.ChoiceField(label="Last invoices", choices=LAST_INVOICES)
    on_termination_credit_note = forms.ChoiceField(
        label="What was paid in advance and not used",
        required=False,
        choices=with_empty(OnTerminationCreditNote.choices, "As agreed with each"),
    )


class NewPlanForm(CommandForm):
    plan = forms.ModelChoiceField(Plan.objects.none())

    def prepare(self) -> None:
        self.fields["plan"].queryset = live_plans(self.organization).order_by("name")  # type: ignore[attr-defined]


def named_plan(values: dict[str, Any]) -> dict[str, Any]:
    return {"plan_code": values["plan"].code}


SubscriptionAdmin.row_actions = (
    bulk_action(BulkAction(command=TERMINATE, permission=MAY_CHANGE, question=ENDS_NOW, form=EndingForm)),
    bulk_action(
        BulkAction(
            command=CHANGE_PLANS, permission=MAY_CHANGE, question=EXPLANATION, form=NewPlanForm, stored=named_plan
        )
    ),
)
