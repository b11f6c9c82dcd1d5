"""What webhooks tell of everything that is announced: which type, and of what."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from customers.models import Customer
from customers.signals import customer_saved
from customers.webhooks import announce_final, renders
from invoices.billing.drafts import InvoiceDraft
from invoices.models import CreditNote, Invoice
from invoices.services.announcements import (
    ISSUED,
    shown_invoices,
    tell_of_credit_notes,
    tell_of_customer,
    tell_of_failed_refund,
    tell_of_feature,
    tell_of_invoices,
    tell_of_metric,
    tell_of_plan,
    tell_of_subscriptions,
    tell_of_written_invoices,
)
from invoices.signals import (
    credit_notes_issued,
    invoice_drawn,
    invoices_overdue,
    invoices_written,
    payment_status_changed,
    refund_failed,
)
from plans.models import Feature, Plan, Subscription
from plans.signals import (
    feature_created,
    feature_deleted,
    feature_updated,
    plan_created,
    plan_deleted,
    plan_updated,
    subscription_canceled,
    subscription_incomplete,
    subscription_started,
    subscription_terminated,
    subscription_updated,
    termination_near,
    trial_ended,
)
from usage.models import BillableMetric
from usage.signals import metric_created, metric_deleted, metric_updated

DRAWN = "invoice.generated"
renders([*ISSUED.values(), DRAWN], shown_invoices)


@receiver(customer_saved)
def tell_of_a_customer(customer: Customer, changed: Set[str], is_new: bool, at: datetime, **_: Any) -> None:
    if is_new or changed:
        tell_of_customer("customer.created" if is_new else "customer.updated", customer, at=at)


@receiver(metric_created)
def tell_of_a_new_metric(metric: BillableMetric, at: datetime, **_: Any) -> None:
    tell_of_metric("billable_metric.created", metric, at=at)


@receiver(metric_updated)
def tell_of_a_changed_metric(metric: BillableMetric, at: datetime, **_: Any) -> None:
    tell_of_metric("billable_metric.updated", metric, at=at)


@receiver(metric_deleted)
def tell_of_a_deleted_metric(metric: BillableMetric, at: datetime, **_: Any) -> None:
    tell_of_metric("billable_metric.deleted", metric, at=at)


@receiver(plan_created)
def tell_of_a_new_plan(plan: Plan, at: datetime, **_: Any) -> None:
    tell_of_plan("plan.created", plan, at=at)


@receiver(plan_updated)
def tell_of_a_changed_plan(plan: Plan, at: datetime, **_: Any) -> None:
    tell_of_plan("plan.updated", plan, at=at)


@receiver(plan_deleted)
def tell_of_a_deleted_plan(plan: Plan, at: datetime, **_: Any) -> None:
    tell_of_plan("plan.deleted", plan, at=at)


@receiver(feature_created)
def tell_of_a_new_feature(feature: Feature, at: datetime, **_: Any) -> None:
    tell_of_feature("feature.created", feature, at=at)


@receiver(feature_updated)
def tell_of_a_changed_feature(feature: Feature, at: datetime, **_: Any) -> None:
    tell_of_feature("feature.updated", feature, at=at)


@receiver(feature_deleted)
def tell_of_a_deleted_feature(feature: Feature, at: datetime, **_: Any) -> None:
    tell_of_feature("feature.deleted", feature, at=at)


@receiver(subscription_started)
def tell_of_starts(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.started", subscriptions, at=at)


@receiver(subscription_incomplete)
def tell_of_starts_to_be_paid(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.incomplete", subscriptions, at=at)


@receiver(subscription_updated)
def tell_of_changes(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.updated", subscriptions, at=at)


@receiver(subscription_terminated)
def tell_of_ends(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.terminated", subscriptions, at=at)


@receiver(subscription_canceled)
def tell_of_cancellations(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.canceled", subscriptions, at=at)


@receiver(trial_ended)
def tell_of_ended_trials(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.trial_ended", subscriptions, at=at)


@receiver(termination_near)
def tell_of_ends_to_come(subscriptions: Sequence[Subscription], at: datetime, **_: Any) -> None:
    tell_of_subscriptions("subscription.termination_alert", subscriptions, at=at)


@receiver(invoices_written)
def tell_of_invoices_and_fees(drafts: Sequence[InvoiceDraft], is_new: bool, at: datetime, **_: Any) -> None:
    tell_of_written_invoices(drafts, is_new=is_new, at=at)


@receiver(payment_status_changed)
def tell_of_payment_statuses(invoices: Sequence[Invoice], at: datetime, **_: Any) -> None:
    ids, organization_id = [invoice.id for invoice in invoices], invoices[0].organization_id
    tell_of_invoices("invoice.payment_status_updated", ids, organization_id=organization_id, at=at)


@receiver(invoices_overdue)
def tell_of_overdue_invoices(invoice_ids: Sequence[UUID], organization_id: UUID, at: datetime, **_: Any) -> None:
    tell_of_invoices("invoice.payment_overdue", invoice_ids, organization_id=organization_id, at=at)


@receiver(invoice_drawn)
def tell_of_a_document(invoice: Invoice, **_: Any) -> None:
    organization = invoice.organization
    announce_final(DRAWN, [invoice.id], organization_id=organization.id, at=organization.now())


@receiver(credit_notes_issued)
def tell_of_issued_credit_notes(credit_notes: Sequence[CreditNote], at: datetime, **_: Any) -> None:
    tell_of_credit_notes("credit_note.created", credit_notes, at=at)


@receiver(refund_failed)
def tell_of_a_failed_refund(credit_note: CreditNote, at: datetime, **_: Any) -> None:
    tell_of_failed_refund(credit_note, at=at)
