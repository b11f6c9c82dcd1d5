"""Progressive invoices: all usage of the period so far, billed when a usage threshold is passed (3.10)."""

from collections.abc import Sequence
from datetime import datetime

from invoices.billing.compute import draft_of
from invoices.billing.credits import CreditBook, load_credits
from invoices.billing.drafts import FeeDraft, InvoiceDraft
from invoices.billing.look import Look
from invoices.billing.record import record
from invoices.models import AppliedUsageThreshold, InvoiceType
from invoices.settlement import Crossing


def bill_passed_thresholds(looks: Sequence[Look], *, at: datetime) -> list[AppliedUsageThreshold]:
    """One invoice for each of ``looks`` that passed something, however many thresholds that were (3-Z2).

    The customers are locked by the caller, so that of two who look at once the second finds the invoice made; the
    constraint on what was applied would refuse another one.
    """
    passed = [(look, crossed) for look in looks if (crossed := look.passed())]
    credits = load_credits([look.job for look, _ in passed])
    made = ((look.subscription.id, progressive_draft(look, credits)) for look, _ in passed)
    drafts = {key: draft for key, draft in made if draft is not None}
    record(list(drafts.values()), at=at)
    return AppliedUsageThreshold.objects.bulk_create(
        _applied(look, each, drafts.get(look.subscription.id), at) for look, crossed in passed for each in crossed
    )


def progressive_draft(look: Look, credits: CreditBook) -> InvoiceDraft | None:
    """Neither subscription fee nor minimum, and no grace period (3-Z3); None where there is nothing to bill."""
    fees = progressive_fees(look)
    if not fees:
        return None
    return draft_of([look.job], fees, credits, epoch=look.usage_epoch, invoice_type=InvoiceType.PROGRESSIVE_BILLING)


def progressive_fees(look: Look) -> list[FeeDraft]:
    """All that is billed in arrears and on invoices, from the start of the period (3-Z3)."""
    in_arrears = (each for each in look.statement.charges if not each.charge.pay_in_advance and each.charge.invoiceable)
    fees = (fee for usage in in_arrears for fee in usage.fees if not fee.is_nothing)
    # Made in the order of the plan's charges, as on other invoices.
    return sorted(fees, key=lambda fee: fee.id)


def _applied(look: Look, crossing: Crossing, draft: InvoiceDraft | None, at: datetime) -> AppliedUsageThreshold:
    assert crossing.threshold.id is not None, "a usage threshold that is stored has an id"
    return AppliedUsageThreshold(
        usage_threshold_id=crossing.threshold.id,
        subscription=look.subscription,
        invoice_id=draft.id if draft else None,
        amount_cents=int(crossing.value),
        lifetime_usage_amount_cents=look.lifetime.total_cents,
        created_at=at,
    )
