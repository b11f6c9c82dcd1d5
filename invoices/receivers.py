"""How invoices react to what the apps to the left announce."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.dispatch import receiver

from customers.models import BillingEntity, Customer, Organization
from customers.signals import billing_entity_saved, customer_deleted, customer_saved, taxes_changed
from invoices.billing.drafts import InvoiceDraft
from invoices.models import CreditNote, Invoice
from invoices.services.activation import activate_paid, activate_what_owes_nothing, void_unpaid_starts
from invoices.services.collection_queue import queue_collection, queue_following
from invoices.services.draft_refresh import Scope, queue_refresh
from invoices.services.ingested_events import follow_events
from invoices.services.mail import queue_issued_invoices
from invoices.services.numbering import continue_numbering
from invoices.services.payment import pay_invoices_of_paid_fees
from invoices.services.payment_method import queue_account
from invoices.services.refund import queue_refunds
from invoices.services.subscription_credits import credit_unused_days
from invoices.services.subscription_invoices import (
    queue_last_finalization,
    queue_last_finalization_of_plan,
    queue_plan_change_invoices,
    queue_starting_invoices,
    queue_terminating_invoices,
    queue_trial_ending_invoices,
)
from invoices.services.unit_fees import queue_unit_fees
from invoices.services.usage_activity import note_activity
from invoices.services.wallet.expiry import terminate_wallets_of_customer
from invoices.services.wallet.settling import settle_top_ups
from invoices.signals import credit_notes_issued, invoices_written, paid_fees_invoiced, payment_status_changed
from plans.models import FixedChargeUnits, Plan, Subscription
from plans.services.applied_coupon import terminate_coupons_of_customer
from plans.services.charge import delete_charges_of_metric, trim_filters_of_metric
from plans.services.subscription import end_subscriptions_of_customer, reschedule_subscriptions
from plans.signals import (
    fixed_charge_units_changed,
    plan_deleted,
    plan_updated,
    subscription_canceled,
    subscription_incomplete,
    subscription_started,
    subscription_terminated,
    subscription_updated,
    trial_ended,
)
from usage.ingest import StoredFlush
from usage.models import BillableMetric
from usage.signals import events_ingested, metric_deleted, metric_filters_changed


@receiver([subscription_started, subscription_incomplete])
def bill_the_start(subscriptions: Sequence[Subscription], **_: Any) -> None:
    queue_starting_invoices(subscriptions=[each for each in subscriptions if each.previous_subscription_id is None])
    queue_plan_change_invoices(subscriptions=[each for each in subscriptions if each.previous_subscription_id])


@receiver(subscription_canceled)
def void_what_nobody_paid(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    void_unpaid_starts(subscriptions=subscriptions, at=at)


@receiver(payment_status_changed)
def activate_what_is_paid(invoices: Sequence[Invoice], at: datetime, **_: Any) -> None:
    activate_paid(invoice_ids=[invoice.id for invoice in invoices], at=at)


@receiver(invoices_written)
def activate_without_payment(drafts: Sequence[InvoiceDraft], at: datetime, **_: Any) -> None:
    activate_what_owes_nothing(drafts=drafts, at=at)


@receiver(subscription_terminated)
def bill_the_end(subscriptions: Sequence[Subscription], is_replaced: bool, at: datetime, **_: Any) -> None:
    # Before the last invoice, which can use the credit.
    credit_unused_days(subscriptions=subscriptions, at=at)
    if not is_replaced:
        queue_terminating_invoices(subscriptions=subscriptions)


@receiver(trial_ended)
def bill_the_days_after_the_trial(subscriptions: Sequence[Subscription], **_: Any) -> None:
    queue_trial_ending_invoices(subscriptions=subscriptions)


@receiver(events_ingested)
def charge_refresh_and_watch(flushes: Sequence[StoredFlush], **_: Any) -> None:
    follow_events(flushes=flushes)


@receiver(plan_updated)
def look_at_the_subscriptions_of_the_plan(plan: Plan, **_: Any) -> None:
    note_activity(subscriptions=Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)))


@receiver([subscription_started, subscription_updated])
def look_at_the_subscriptions(subscriptions: Sequence[Subscription], **_: Any) -> None:
    note_activity(subscriptions=Subscription.objects.filter(id__in=[each.id for each in subscriptions]))


@receiver(fixed_charge_units_changed)
def charge_added_units(changes: Sequence[FixedChargeUnits], **_: Any) -> None:
    queue_unit_fees(changes=changes)


@receiver(paid_fees_invoiced)
def pay_the_invoices_of_paid_fees(invoice_ids: Sequence[UUID], at: datetime, **_: Any) -> None:
    pay_invoices_of_paid_fees(invoice_ids=invoice_ids, at=at)


@receiver(customer_deleted)
def end_the_subscriptions(customer: Customer, at: datetime, **_: Any) -> None:
    # Before the last invoices are made, which do not use them any more.
    terminate_coupons_of_customer(customer=customer, at=at)
    terminate_wallets_of_customer(customer=customer, at=at)
    end_subscriptions_of_customer(customer=customer, at=at)
    queue_last_finalization(customer=customer)


@receiver(payment_status_changed)
def bring_in_what_was_bought(invoices: Sequence[Invoice], at: datetime, **_: Any) -> None:
    settle_top_ups(invoices=invoices, at=at)


@receiver(customer_saved)
def move_the_customers_periods(customer: Customer, changed: Set[str], **_: Any) -> None:
    if {"timezone", "billing_entity"} & changed:
        reschedule_subscriptions(customers=Customer.objects.filter(pk=customer.pk))


@receiver(billing_entity_saved)
def move_the_periods_of_its_customers(billing_entity: BillingEntity, changed: Set[str], **_: Any) -> None:
    if "timezone" in changed:
        reschedule_subscriptions(customers=Customer.objects.filter(billing_entity=billing_entity, timezone=""))


@receiver(billing_entity_saved)
def go_on_counting_its_invoices(billing_entity: BillingEntity, changed: Set[str], **_: Any) -> None:
    if "document_numbering" in changed:
        continue_numbering(billing_entity=billing_entity)


@receiver(metric_deleted)
def delete_its_charges(metric: BillableMetric, at: datetime, **_: Any) -> None:
    delete_charges_of_metric(metric=metric, at=at)


@receiver(metric_filters_changed)
def trim_the_filters_of_its_charges(metric: BillableMetric, at: datetime, **_: Any) -> None:
    trim_filters_of_metric(metric=metric, at=at)


@receiver(plan_updated)
def refresh_the_drafts_of_a_plan(plan: Plan, **_: Any) -> None:
    queue_refresh(organization=plan.organization, scope=Scope.PLAN, key=plan.id)


@receiver(plan_deleted)
def finalize_the_drafts_of_a_plan(plan: Plan, **_: Any) -> None:
    queue_last_finalization_of_plan(plan=plan)


@receiver(taxes_changed)
def refresh_all_drafts(organization: Organization, **_: Any) -> None:
    queue_refresh(organization=organization, scope=Scope.ORGANIZATION, key=organization.id)


@receiver(customer_saved)
def refresh_the_drafts_of_a_customer(customer: Customer, changed: Set[str], **_: Any) -> None:
    if {"taxes", "billing_entity", "invoice_custom_sections", "skip_invoice_custom_sections"} & changed:
        queue_refresh(organization=customer.organization, scope=Scope.CUSTOMER, key=customer.id)


@receiver(billing_entity_saved)
def refresh_the_drafts_of_a_billing_entity(billing_entity: BillingEntity, changed: Set[str], **_: Any) -> None:
    if {"taxes", "invoice_custom_sections"} & changed:
        queue_refresh(organization=billing_entity.organization, scope=Scope.BILLING_ENTITY, key=billing_entity.id)


@receiver(invoices_written)
def mail_what_is_issued(drafts: Sequence[InvoiceDraft], **_: Any) -> None:
    queue_issued_invoices(drafts=drafts)


@receiver(invoices_written)
def collect_what_is_issued(drafts: Sequence[InvoiceDraft], **_: Any) -> None:
    queue_collection(drafts=drafts)


@receiver(payment_status_changed)
def withdraw_what_is_paid_otherwise(invoices: Sequence[Invoice], **_: Any) -> None:
    queue_following(invoice_ids=[invoice.id for invoice in invoices])


@receiver(credit_notes_issued)
def refund_by_the_provider(credit_notes: Sequence[CreditNote], **_: Any) -> None:
    queue_refunds(credit_notes=credit_notes)


@receiver(customer_saved)
def open_the_account_at_the_provider(customer: Customer, **_: Any) -> None:
    queue_account(customer=customer)
