"""The range of usage that a job bills, as instants and as civil days."""

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob
from invoices.models import InvoicingReason
from plans.periods import beginning_of_current_period, last_date, local_date
from usage.aggregation import PeriodDays


def period_days_of(job: BillingJob) -> PeriodDays:
    """The civil days of the job's range of usage in the customer's time zone."""
    period, timezone = charges_of(job), job.terms.timezone
    first = local_date(period.start, timezone).toordinal()
    last = last_date(period, timezone).toordinal()
    # The day on which a subscription ends does not count for what was there before it.
    ended = job.reason == InvoicingReason.TERMINATING and job.billed_at in period
    return PeriodDays(
        start=period.start,
        first_day=first,
        last_day=last,
        period_days=job.boundaries.charges_days,
        kept_days=last - first + 1 - ended,
        day_of=lambda instant: local_date(instant, timezone).toordinal(),
    )


def begins_a_period(job: BillingJob) -> bool:
    """Whether what is carried over is billed for a new period (3-D8): also where a waiting plan takes over (3-S15)."""
    if job.is_running:
        return False
    started_at = job.terms.started_at
    follows = job.reason == InvoicingReason.STARTING and job.subscription.previous_subscription_id is not None
    takes_over = follows and beginning_of_current_period(job.terms, started_at) == started_at
    return takes_over or job.reason == InvoicingReason.PERIODIC


def charges_of(job: BillingJob) -> Interval:
    assert job.boundaries.charges is not None, "usage is measured only where it is billed"
    return job.boundaries.charges
