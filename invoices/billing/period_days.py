"""The range of usage that a job bills, as instants and as civil days."""

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob
from invoices.models import InvoicingReason
from plans.periods import last_date, local_date
from usage.aggregation import PeriodDays


def period_days_of(job: BillingJob) -> PeriodDays:
    """The civil days of the job's range of usage in the customer's time zone."""
    period, timezone = charges_of(job), job.terms.timezone
    first = local_date(period.start, timezone).toordinal()
    last = last_date(period, timezone).toordinal()
    # The last day of an ended subscription does not count for what was there before it.
    ended = job.reason == InvoicingReason.TERMINATING
    return PeriodDays(
        start=period.start,
        first_day=first,
        last_day=last,
        period_days=job.boundaries.charges_days,
        kept_days=last - first + 1 - ended,
        day_of=lambda instant: local_date(instant, timezone).toordinal(),
    )


def charges_of(job: BillingJob) -> Interval:
    assert job.boundaries.charges is not None, "usage is measured only where it is billed"
    return job.boundaries.charges
