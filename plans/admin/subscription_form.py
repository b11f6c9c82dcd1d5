"""The forms of a subscription: a new one, and its end."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect

from billing_site.kernel.admin.choices import with_empty
from billing_site.kernel.admin.forms import CommandForm, InstantField
from customers.models import Customer
from customers.queries import customers_of
from plans.models import OnTerminationCreditNote, OnTerminationInvoice, Plan, Subscription, SubscriptionStatus
from plans.periods import BillingTime
from plans.queries import live_plans

BILLING_TIMES = [
    (BillingTime.CALENDAR.value, "Calendar: on the first day of the month, week or year"),
    (BillingTime.ANNIVERSARY.value, "Anniversary: on the day it started"),
]
LAST_INVOICES = [
    (OnTerminationInvoice.GENERATE.value, "Make it"),
    (OnTerminationInvoice.SKIP.value, "Skip it: the usage since the last invoice is not billed"),
]


class SubscriptionForm(CommandForm):
    customer = forms.ModelChoiceField(Customer.objects.none())
    plan = forms.ModelChoiceField(Plan.objects.none())
    external_id = forms.CharField(
        label="External ID", max_length=255, help_text="The ID that events of this subscription name."
    )
    name = forms.CharField(max_length=255, required=False, help_text="Shown on invoices instead of the plan's.")
    billing_time = forms.ChoiceField(label="Billing days", choices=BILLING_TIMES)
    subscription_at = InstantField(
        label="Starts", required=False, help_text="UTC. Empty: now. A day to come: it waits until then."
    )
    ending_at = InstantField(label="Ends", required=False, help_text="UTC. Empty: until it is terminated.")
    purchase_order_number = forms.CharField(max_length=255, required=False)
    fieldsets = (
        ("Who and what", "", ("customer", "plan", "external_id", "name")),
        ("When", "", ("billing_time", "subscription_at", "ending_at", "purchase_order_number")),
    )

    def prepare(self) -> None:
        """Both are looked up while typing: there may be very many."""
        for name, rows in (("customer", customers_of(self.organization)), ("plan", live_plans(self.organization))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
            field.widget = AutocompleteSelect(Subscription._meta.get_field(name), admin.site)
            field.widget.choices = field.choices


class AgreementForm(CommandForm):
    """What is agreed about a subscription besides its plan; it starts with what there is."""

    name = forms.CharField(max_length=255, required=False, help_text="Shown on invoices instead of the plan's.")
    subscription_at = InstantField(
        label="Starts", help_text="UTC. A day that is past: it starts now, from that day on."
    )
    ending_at = InstantField(label="Ends", required=False, help_text="UTC. Empty: until it is terminated.")
    purchase_order_number = forms.CharField(max_length=255, required=False)
    consolidate_invoice = forms.BooleanField(
        label="Shares invoices", required=False, help_text="With the customer's others that are due on the same day."
    )
    on_termination_invoice = forms.ChoiceField(label="Last invoice", choices=LAST_INVOICES)
    on_termination_credit_note = forms.ChoiceField(
        label="What is paid in advance and not used when it ends",
        required=False,
        choices=with_empty(OnTerminationCreditNote.choices, "Credit, unless said otherwise then"),
    )

    def prepare(self) -> None:
        if self.instance.status != SubscriptionStatus.PENDING or self.instance.previous_subscription_id:
            del self.fields["subscription_at"]
        if not self.instance.plan.pay_in_advance:
            del self.fields["on_termination_credit_note"]
        for name in self.fields:
            self.initial[name] = getattr(self.instance, name)

    def clean_on_termination_credit_note(self) -> str | None:
        return self.cleaned_data["on_termination_credit_note"] or None


class TerminationForm(CommandForm):
    on_termination_invoice = forms.ChoiceField(
        label="Last invoice",
        choices=LAST_INVOICES,
    )
    on_termination_credit_note = forms.ChoiceField(
        label="What was paid in advance and not used",
        required=False,
        choices=with_empty(OnTerminationCreditNote.choices, "As agreed"),
    )

    def prepare(self) -> None:
        if not self.instance.plan.pay_in_advance:
            del self.fields["on_termination_credit_note"]

    def clean_on_termination_credit_note(self) -> str | None:
        return self.cleaned_data["on_termination_credit_note"] or None
