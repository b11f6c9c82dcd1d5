"""The next invoice of subscriptions, computed as it will be and settled as if it were final now (I10)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter
from uuid import UUID

from msgspec.structs import replace

from invoices.billing.compute import Outcome, by_invoice, compute, draft_of
from invoices.billing.credits import CreditBook, load_credits
from invoices.billing.dates import Dates, Parties, new_dates
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.due import starts_to_bill
from invoices.billing.gather import Gathered, gather
from invoices.billing.isolation import by_halves
from invoices.billing.jobs import periodic_jobs, starting_jobs, trial_ending_jobs
from invoices.billing.rate import rate_job
from invoices.models import InvoiceStatus, InvoiceType
from plans.models import Subscription
from plans.queries import with_terms


def next_jobs(subscription_ids: Sequence[UUID]) -> list[BillingJob]:
    """What of these active subscriptions is billed next: the start, the end of the trial or the earliest period."""
    own = Subscription.objects.filter(id__in=subscription_ids)
    if starts := starts_to_bill(own):
        return starting_jobs(starts)
    billed = [each for each in with_terms(own).order_by("created_at", "id") if each.next_billing_at]
    first = min((each.next_billing_at for each in billed if each.next_billing_at), default=None)
    trials = [each for each in billed if _pays_after_its_trial(each, until=first)]
    return trial_ending_jobs(trials) or periodic_jobs([each for each in billed if each.next_billing_at == first])


def preview_draft(jobs: Sequence[BillingJob]) -> InvoiceDraft:
    """Of the last invoice that ``jobs`` make: with coupons, credit notes and wallets, whatever the grace period."""
    group = by_invoice(jobs)[-1]
    return _as_if_final(group, gather(group), load_credits(group))


def forecast(subscriptions: Sequence[Subscription]) -> Outcome:
    """The next periodic invoices of many, ordered by customer, from the usage there is, as if they were final now.

    A constant number of queries, and more only where somebody cannot be computed. Overdue periods: the first alone.
    """
    outcome = Outcome()

    def compute_some(customers: Sequence[Sequence[Subscription]]) -> None:
        computed = compute(periodic_jobs(list(chain.from_iterable(customers))), lambda *group: [_as_if_final(*group)])
        outcome.drafts.extend(computed.drafts)
        outcome.failures.update(computed.failures)

    by_halves(
        [list(own) for _, own in groupby(subscriptions, key=attrgetter("customer_id"))],
        compute_some,
        lambda own, reason: outcome.failures.update({own[0].customer_id: reason}),
    )
    return outcome


def _as_if_final(group: Sequence[BillingJob], gathered: Gathered, credits: CreditBook) -> InvoiceDraft:
    fees = [fee for job in group for fee in rate_job(job, gathered) if fee.is_invoiceable]
    dates = _dates(group[0], sum(fee.amount_cents for fee in fees))
    draft = draft_of(group, fees, credits, epoch=gathered.usage_epoch, dates=dates)
    return replace(draft, status=InvoiceStatus.DRAFT)


def _pays_after_its_trial(subscription: Subscription, *, until: datetime | None) -> bool:
    """Whether its trial ends before ``until``, and the rest of the period is then to be paid (3-R4)."""
    ends_at = subscription.trial_end_at if subscription.trial_ended_at is None else None
    return subscription.plan.pay_in_advance and bool(ends_at and until and ends_at < until)


def _dates(job: BillingJob, fees_cents: int) -> Dates:
    parties = Parties(job.subscription.customer, job.subscription.issuer)
    dates = new_dates(
        parties,
        invoice_type=InvoiceType.SUBSCRIPTION,
        reason=job.reason,
        billed_at=job.billed_at,
        fees_cents=fees_cents,
    )
    return Dates(InvoiceStatus.FINALIZED, dates.issuing_date, parties.due_on(dates.issuing_date), None)
