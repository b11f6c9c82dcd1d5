"""Commands on invoices: refresh and finalize drafts, record what is known of payment, mark what is overdue."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.ids import uuid7
from customers.models import Customer, Organization
from invoices.billing.bill import lock_customers
from invoices.billing.finalize import BATCH, due_drafts, finalize_drafts, locked_drafts
from invoices.billing.redraft import redraft
from invoices.billing.run import resolve_failures, set_aside
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription, PaymentStatus
from invoices.services.announcements import tell_of_invoices
from invoices.services.draft_refresh import Scope, drafts_of
from invoices.services.payment_status import change_payment_status
from invoices.signals import invoices_overdue
from plans.models import Plan
from usage.rollup import roll

MAX_METADATA = 5


def refresh_invoice(*, invoice: Invoice, at: datetime) -> Invoice:
    """Compute a draft again from today's usage; any other invoice stays as it is (I6)."""
    roll()
    with transaction.atomic():
        redraft(locked_drafts([invoice.id]), finalize=False, at=at)
    return Invoice.objects.get(id=invoice.id)


def finalize_invoice(*, invoice: Invoice, at: datetime) -> Invoice:
    """Compute a draft for the last time, number and date it. Raises ``NotFound`` when it is not a draft."""
    roll()
    with transaction.atomic():
        drafts = locked_drafts([invoice.id])
        if not drafts:
            raise NotFound("invoice")
        redraft(drafts, finalize=True, at=at)
    return Invoice.objects.get(id=invoice.id)


@command
def delete_draft(*, invoice: Invoice, at: datetime) -> Invoice:
    """Not listed any more, and its periods are not billed again (I13). Raises ``NotAllowed``: ``not_deletable``."""
    drafts = locked_drafts([invoice.id])
    if not drafts:
        raise NotAllowed("not_deletable")
    drafts[0].change(at=at, status=InvoiceStatus.DELETED)
    InvoiceSubscription.objects.filter(invoice=drafts[0]).update(is_current=False, updated_at=at)
    tell_of_invoices("invoice.deleted", [invoice.id], organization_id=invoice.organization_id, at=at)
    return drafts[0]


def retry_invoice(*, invoice: Invoice) -> Invoice:
    """Make an invoice again that could not be made. Raises ``NotAllowed``: ``invalid_status``, unless it failed.

    Customers that cannot be billed are set aside before an invoice exists, so none ever fails here.
    """
    if invoice.status != InvoiceStatus.FAILED:
        raise NotAllowed("invalid_status")
    return invoice


def finalize_due_drafts(*, organization: Organization, at: datetime) -> int:
    """Finalize them in batches; returns how many. Customers for whom that fails are set aside."""
    roll()
    finalized = finalize_drafts(due_drafts(organization, at), at=at)
    resolve_failures(organization, finalized.customer_ids - finalized.failures.keys(), at=at)
    set_aside(organization, finalized.failures, at=at)
    return finalized.count


def finalize_drafts_of_customer(*, customer: Customer, at: datetime) -> int:
    """Finalize all drafts of a customer who is deleted, whatever their grace period (U26); returns how many."""
    return _finalize_all(customer.organization, drafts_of(Scope.CUSTOMER, customer.id), at)


def finalize_drafts_of_plan(*, plan: Plan, at: datetime) -> int:
    """The same for a plan that is deleted, its overrides included (P11)."""
    return _finalize_all(plan.organization, drafts_of(Scope.PLAN, plan.id), at)


def _finalize_all(organization: Organization, drafts: QuerySet[Invoice], at: datetime) -> int:
    roll()
    finalized = finalize_drafts(drafts.order_by("created_at", "id"), at=at)
    set_aside(organization, finalized.failures, at=at)
    return finalized.count


def mark_overdue(*, organization: Organization, at: datetime) -> int:
    """Flag finalized invoices that are unpaid after their due date (I18), in batches; returns how many are new."""
    marked = 0
    while batch := _mark_overdue_batch(organization, at):
        marked += batch
    return marked


@transaction.atomic
def _mark_overdue_batch(organization: Organization, at: datetime) -> int:
    unpaid = Invoice.objects.filter(
        organization=organization,
        status=InvoiceStatus.FINALIZED,
        payment_status__in=[PaymentStatus.PENDING, PaymentStatus.FAILED],
        payment_due_date__lt=at.astimezone(UTC).date(),
        payment_overdue=False,
        payment_dispute_lost_at__isnull=True,
    )
    locked = unpaid.order_by("id").select_for_update(of=("self",), no_key=True)
    ids = list(locked.values_list("id", flat=True)[:BATCH])
    Invoice.objects.filter(id__in=ids).update(payment_overdue=True, updated_at=at)
    invoices_overdue.send(Invoice, invoice_ids=ids, organization_id=organization.id, at=at)
    return len(ids)


def next_invoice_work_at(organization: Organization, *, after: datetime) -> datetime | None:
    """When, after ``after``, the next draft is finalized or invoice becomes overdue: a midnight of UTC."""
    today = after.astimezone(UTC).date()
    drafts = Invoice.objects.filter(
        organization=organization, status=InvoiceStatus.DRAFT, expected_finalization_date__gt=today
    ).order_by("expected_finalization_date")
    unpaid = Invoice.objects.filter(
        organization=organization,
        status=InvoiceStatus.FINALIZED,
        payment_status__in=[PaymentStatus.PENDING, PaymentStatus.FAILED],
        payment_due_date__gte=today,
    ).order_by("payment_due_date")
    finalization = drafts.values_list("expected_finalization_date", flat=True).first()
    due = unpaid.values_list("payment_due_date", flat=True).first()
    days = [day for day in (finalization, due and due + timedelta(days=1)) if day is not None]
    return min((datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days), default=None)


def update_invoice(*, invoice: Invoice, at: datetime, changes: Mapping[str, Any]) -> Invoice:
    """Set ``payment_status`` or ``metadata``, when the invoice's state allows (3-P3)."""
    with transaction.atomic():
        lock_customers([invoice.customer_id])
        locked = Invoice.objects.select_for_update(of=("self",)).get(id=invoice.id)
        _refuse_update(locked, changes)
        if changes.get("payment_status", locked.payment_status) != locked.payment_status:
            change_payment_status([locked], PaymentStatus(changes["payment_status"]), at=at)
        if "metadata" in changes:
            locked.metadata = _merged_metadata(locked.metadata, changes["metadata"] or [], at)
        locked.updated_at = at
        locked.save(update_fields=["metadata", "updated_at"])
    return locked


def _refuse_update(invoice: Invoice, changes: Mapping[str, Any]) -> None:
    if invoice.status == InvoiceStatus.VOIDED:
        raise NotAllowed("update_on_voided_invoice")
    if invoice.is_draft and changes.get("payment_status"):
        raise NotAllowed("payment_status_update_on_draft_invoice")
    if invoice.is_draft and changes.get("metadata"):
        raise NotAllowed("metadata_update_on_draft_invoice")


def _merged_metadata(
    stored: list[dict[str, Any]], given: Sequence[Mapping[str, Any]], at: datetime
) -> list[dict[str, Any]]:
    """The given entries replace the stored ones; an entry with a known ``id`` keeps it (I21)."""
    if len(given) > MAX_METADATA:
        raise ValidationFailed(metadata=["invalid_count"])
    known = {entry["lago_id"]: entry for entry in stored}
    return [_entry(known.get(str(entry.get("id") or entry.get("lago_id"))), entry, at) for entry in given]


def _entry(stored: dict[str, Any] | None, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    base = stored or {"lago_id": str(uuid7()), "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**base, "key": given["key"], "value": given["value"]}
