"""From jobs to settled invoice drafts: gather once, then rate and settle each invoice on its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from msgspec.structs import replace

from invoices.billing.credits import CreditBook, load_credits
from invoices.billing.dates import Dates, Parties, immediate_dates, new_dates
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.gather import Gathered, gather
from invoices.billing.isolation import readable
from invoices.billing.rate import rate_job
from invoices.models import InvoiceStatus, InvoiceType

log = structlog.get_logger(__name__)

DraftGroup = Callable[[Sequence[BillingJob], Gathered, CreditBook], Iterable[InvoiceDraft]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The drafts of the customers that could be billed, and why the others could not."""

    drafts: list[InvoiceDraft] = field(default_factory=list)
    failures: dict[UUID, str] = field(default_factory=dict)


def compute(jobs: Sequence[BillingJob], drafted: DraftGroup | None = None) -> Outcome:
    """Drafts for ``jobs``, grouped into invoices; a customer with a fault is left out whole, with the reason.

    ``drafted`` makes them of the jobs of one invoice, in the place of ``draft_invoices``.
    """
    drafted = drafted or draft_invoices
    gathered, credits = gather(jobs), load_credits(jobs)
    outcome = Outcome()
    for customer_id, own in _by_customer(jobs).items():
        try:
            for group in by_invoice(own):
                outcome.drafts.extend(drafted(group, gathered, credits))
        # One customer's fault must not stop the others; it is shown and retried.
        except Exception as fault:
            log.exception("a customer could not be billed", customer_id=str(customer_id))
            outcome.failures[customer_id] = readable(fault)
            outcome.drafts[:] = [draft for draft in outcome.drafts if draft.customer.id != customer_id]
    return outcome


def draft_invoices(jobs: Sequence[BillingJob], gathered: Gathered, credits: CreditBook) -> Iterator[InvoiceDraft]:
    """One invoice over ``jobs``, which share customer, currency and instant; then what no invoice takes (M15)."""
    fees = [fee for job in jobs for fee in rate_job(job, gathered)]
    alone = [fee for fee in fees if not fee.is_invoiceable]
    yield draft_of(jobs, [fee for fee in fees if fee.is_invoiceable], credits, epoch=gathered.usage_epoch)
    if alone:
        yield unsettled_draft_of(jobs, alone, epoch=gathered.usage_epoch)


def draft_of(
    jobs: Sequence[BillingJob],
    fees: Sequence[FeeDraft],
    credits: CreditBook,
    *,
    epoch: int,
    dates: Dates | None = None,
    invoice_type: InvoiceType = InvoiceType.SUBSCRIPTION,
) -> InvoiceDraft:
    """The settled draft of ``fees``, with its status and ``dates`` (those of a new invoice unless given)."""
    first = jobs[0]
    parties = Parties(first.subscription.customer, first.subscription.issuer)
    dates = dates or _new_dates(first, parties, invoice_type, sum(fee.amount_cents for fee in fees))
    currency = first.subscription.plan.amount_currency
    is_draft = dates.status == InvoiceStatus.DRAFT
    return InvoiceDraft(
        customer=parties.customer,
        issuer=parties.issuer,
        jobs=tuple(jobs),
        currency=currency,
        invoice_type=invoice_type,
        fees=tuple(fees),
        settlement=credits.settle(jobs, fees, currency=currency, is_draft=is_draft),
        usage_epoch=epoch,
        billed_at=first.billed_at,
        net_payment_term=parties.net_payment_term,
        purchase_order_number=first.subscription.purchase_order_number,
        **dates._asdict(),
    )


def _new_dates(job: BillingJob, parties: Parties, invoice_type: InvoiceType, fees_cents: int) -> Dates:
    """What a subscription waits for the payment of is issued at once (3-I5)."""
    if job.subscription.is_incomplete:
        term = parties.net_payment_term
        return immediate_dates(parties, at=job.billed_at, fees_cents=fees_cents, net_payment_term=term)
    return new_dates(
        parties, invoice_type=invoice_type, reason=job.reason, billed_at=job.billed_at, fees_cents=fees_cents
    )


def unsettled_draft_of(jobs: Sequence[BillingJob], fees: Sequence[FeeDraft], *, epoch: int) -> InvoiceDraft:
    """Fees that stand alone, with their taxes (M15); no credits are used on them."""
    return replace(draft_of(jobs, fees, CreditBook.empty(), epoch=epoch), is_invoiced=False)


def _by_customer(jobs: Sequence[BillingJob]) -> dict[UUID, list[BillingJob]]:
    grouped: dict[UUID, list[BillingJob]] = {}
    for job in jobs:
        grouped.setdefault(job.subscription.customer_id, []).append(job)
    return grouped


def by_invoice(jobs: Sequence[BillingJob]) -> list[list[BillingJob]]:
    """Subscriptions of one customer share an invoice when these agree (S17)."""
    if len(jobs) == 1:
        return [list(jobs)]
    grouped: dict[tuple[object, ...], list[BillingJob]] = {}
    for job in jobs:
        grouped.setdefault(_invoice_key(job), []).append(job)
    return list(grouped.values())


def _invoice_key(job: BillingJob) -> tuple[object, ...]:
    subscription = job.subscription
    shares = subscription.consolidate_invoice and not subscription.is_incomplete
    alone = None if shares else subscription.id
    # Both subscriptions of a change of plan are billed together, and without others (3-S15).
    occasion = (job.plan_change,) if job.plan_change else (job.reason, alone)
    return (
        *(job.billed_at, occasion, subscription.plan.amount_currency),
        *(subscription.issuer_id, subscription.purchase_order_number),
    )
