"""What workers do for invoices. Every task takes ids only, and may run twice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef

from billing_site.kernel.jobs import enqueue
from customers.models import Customer, Organization
from invoices.billing.run import work_on_chunk
from invoices.documents.mail import Recipients
from invoices.models import Payment, PaymentMethod, ProviderRefund, RefundStatus, UsageActivity
from invoices.services.billing import queue_billing
from invoices.services.bulk import finalize_all_drafts as finalize_all_drafts_of
from invoices.services.bulk import mail_unpaid as mail_unpaid_of
from invoices.services.collection import collect_invoice as collect_invoice_of
from invoices.services.collection import collect_request
from invoices.services.collection import follow_payment as follow_payment_of
from invoices.services.draft_refresh import Scope, refresh_stale_drafts
from invoices.services.draft_refresh import flag_drafts as flag_drafts_of
from invoices.services.dunning import work_on_dunning
from invoices.services.event_fees import charge_events as charge_events_of
from invoices.services.invoice import finalize_drafts_of_customer as finalize_drafts_of
from invoices.services.invoice import finalize_drafts_of_plan as finalize_drafts_of_deleted_plan
from invoices.services.invoice import finalize_due_drafts, mark_overdue
from invoices.services.mail import send_invoice, send_receipt, send_request
from invoices.services.payment_method import label_method, open_account
from invoices.services.refund import refund_credit_note as refund_credit_note_of
from invoices.services.subscription_invoices import bill_ends as bill_ends_of
from invoices.services.subscription_invoices import bill_plan_changes as bill_plan_changes_of
from invoices.services.subscription_invoices import bill_starts as bill_starts_of
from invoices.services.subscription_invoices import bill_trial_ends as bill_trial_ends_of
from invoices.services.unit_fees import charge_units as charge_units_of
from invoices.services.usage_watch import watch_usage as watch_usage_of
from invoices.services.usage_watch import watch_wallets
from invoices.services.wallet.ongoing import refresh_wallets as refresh_wallets_of
from invoices.services.wallet.schedule import work_on_wallets
from plans.models import Plan
from plans.services.subscription.activation import activate_due_subscriptions
from plans.services.subscription.gate import cancel_expired_gates
from plans.services.subscription.plan_change import switch_due_downgrades
from plans.services.subscription.termination import terminate_ended_subscriptions
from plans.services.subscription.termination_alert import alert_of_terminations
from plans.services.subscription.trial import end_due_trials

log = structlog.get_logger(__name__)


def run_due_work() -> None:
    """The schedule: what is due in every organization; billing itself is queued chunk by chunk.

    A sandbox whose test clock is set moves only with it.
    """
    for organization in Organization.objects.filter(test_clock_at__isnull=True).order_by("id").iterator():
        try:
            _run_due_work_of(organization)
        # One organization's fault must not stop the others; the next tick tries again.
        except Exception:
            log.exception("due work failed", organization_id=str(organization.id))


def watch_usage() -> None:
    """The schedule: thresholds and alerts that new usage has passed, in every organization that has some."""
    noted = Organization.objects.filter(Exists(UsageActivity.objects.filter(organization=OuterRef("pk"))))
    for organization in noted.filter(test_clock_at__isnull=True).order_by("id"):
        try:
            watch_usage_of(organization=organization, at=organization.now())
        # One organization's fault must not stop the others; the next tick tries again.
        except Exception:
            log.exception("usage was not looked at", organization_id=str(organization.id))


def work_on_run(run_id: UUID) -> None:
    """One chunk of a billing run, whichever is free."""
    work_on_chunk(run_id)


def bill_starts(subscription_ids: Sequence[UUID]) -> None:
    """The first invoices of subscriptions, all of one organization."""
    bill_starts_of(subscription_ids=subscription_ids, at=_now(subscription_ids))


def bill_ends(subscription_ids: Sequence[UUID]) -> None:
    """The last invoices of subscriptions, all of one organization."""
    bill_ends_of(subscription_ids=subscription_ids, at=_now(subscription_ids))


def bill_plan_changes(subscription_ids: Sequence[UUID]) -> None:
    """The invoices of changes of plan to subscriptions, all of one organization."""
    bill_plan_changes_of(subscription_ids=subscription_ids, at=_now(subscription_ids))


def bill_trial_ends(subscription_ids: Sequence[UUID]) -> None:
    """The first fees after the trials of subscriptions, all of one organization."""
    bill_trial_ends_of(subscription_ids=subscription_ids, at=_now(subscription_ids))


def finalize_drafts_of_customer(customer_id: UUID) -> None:
    """The drafts of a deleted customer."""
    customer = Customer.objects.select_related("organization").get(id=customer_id)
    finalize_drafts_of(customer=customer, at=customer.organization.now())


def finalize_drafts_of_plan(plan_id: UUID) -> None:
    """The drafts of a deleted plan."""
    plan = Plan.objects.select_related("organization").get(id=plan_id)
    finalize_drafts_of_deleted_plan(plan=plan, at=plan.organization.now())


def flag_drafts(scope: str, key: UUID) -> None:
    """The drafts of a plan, a customer, … are to be computed again."""
    flag_drafts_of(scope=Scope(scope), key=key)


def refresh_wallets(customer_id: UUID) -> None:
    """The ongoing balances of a customer whose credits went down, and the top-ups that this brings about."""
    customer = Customer.objects.select_related("organization").get(id=customer_id)
    refresh_wallets_of(customer_ids=[customer_id], at=customer.organization.now())


def charge_units(change_ids: Sequence[UUID]) -> None:
    """The fees of units of fixed charges that were added within a period."""
    charge_units_of(change_ids=change_ids)


def charge_events(flush_id: int) -> None:
    """The fees of a flush's events whose charges are paid in advance."""
    charge_events_of(flush_id=flush_id)


def finalize_all_drafts(organization_id: UUID) -> None:
    """The drafts of an organization, whatever their grace period."""
    organization = Organization.objects.get(id=organization_id)
    finalize_all_drafts_of(organization=organization, at=organization.now())


def mail_unpaid(organization_id: UUID) -> None:
    """A reminder of every unpaid invoice."""
    mail_unpaid_of(organization=Organization.objects.get(id=organization_id))


def collect_invoices(invoice_ids: Sequence[UUID]) -> None:
    """Each on its own, so that one that has to be asked for again does not ask for the others."""
    for invoice_id in invoice_ids:
        enqueue("invoices.tasks.collect_invoice", invoice_id, inline=False)


def collect_invoice(invoice_id: UUID) -> None:
    """What is due on one invoice, from the customer's payment method."""
    organization = Organization.objects.get(invoices=invoice_id)
    collect_invoice_of(invoice_id=invoice_id, at=organization.now())


def collect_payment_request(payment_request_id: UUID) -> None:
    organization = Organization.objects.get(payment_requests=payment_request_id)
    collect_request(payment_request_id=payment_request_id, at=organization.now())


def refund_credit_note(credit_note_id: UUID) -> None:
    """What a payment provider took, by itself."""
    organization = Organization.objects.get(credit_notes=credit_note_id)
    refund_credit_note_of(credit_note_id=credit_note_id, at=organization.now())


def follow_payments() -> None:
    """The schedule: what became of payments and refunds that providers have not said the last word about."""
    unasked = ProviderRefund.objects.filter(status=RefundStatus.PENDING, provider_refund_id="")
    for note_id in unasked.order_by().values_list("credit_note", flat=True).distinct().iterator():
        enqueue("invoices.tasks.refund_credit_note", note_id, inline=False)
    pending = Payment.objects.filter(claims__isnull=False).order_by("id").distinct()
    for payment_id in pending.values_list("id", flat=True).iterator():
        enqueue("invoices.tasks.follow_payment", payment_id, inline=False)


def follow_payment(payment_id: UUID) -> None:
    organization = Organization.objects.get(payments=payment_id)
    follow_payment_of(payment_id=payment_id, at=organization.now())


def open_provider_account(customer_id: UUID) -> None:
    customer = Customer.objects.select_related("organization", "billing_entity").get(id=customer_id)
    open_account(customer=customer, at=customer.organization.now())


def label_payment_method(payment_method_id: UUID) -> None:
    method = PaymentMethod.objects.select_related("organization", "provider").get(id=payment_method_id)
    label_method(method=method, at=method.organization.now())


def mail_invoice(invoice_id: UUID, to: Sequence[str], cc: Sequence[str], bcc: Sequence[str]) -> None:
    """One issued invoice, as a PDF."""
    send_invoice(invoice_id=invoice_id, recipients=Recipients(to, cc, bcc))


def mail_receipt(receipt_id: UUID, to: Sequence[str], cc: Sequence[str], bcc: Sequence[str]) -> None:
    """One receipt, as a PDF."""
    send_receipt(receipt_id=receipt_id, recipients=Recipients(to, cc, bcc))


def mail_request(request_id: UUID, bcc: Sequence[str]) -> None:
    """One payment request, with its invoices."""
    send_request(request_id=request_id, bcc=bcc)


def _run_due_work_of(organization: Organization) -> None:
    at = organization.now()
    activate_due_subscriptions(organization=organization, at=at)
    terminate_ended_subscriptions(organization=organization, at=at)
    cancel_expired_gates(organization=organization, at=at)
    alert_of_terminations(organization=organization, at=at)
    end_due_trials(organization=organization, at=at)
    switch_due_downgrades(organization=organization, at=at)
    queue_billing(organization=organization, at=at)
    refresh_stale_drafts(organization=organization, at=at)
    finalize_due_drafts(organization=organization, at=at)
    mark_overdue(organization=organization, at=at)
    work_on_dunning(organization=organization, at=at)
    work_on_wallets(organization=organization, at=at)
    watch_wallets(organization=organization, at=at)


def _now(subscription_ids: Sequence[UUID]) -> datetime:
    return Organization.objects.get(subscriptions=subscription_ids[0]).now()
