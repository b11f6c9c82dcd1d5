"""What the customers of a batch can settle with, in a number of queries that does not grow with the batch."""

from collections.abc import Sequence

from invoices.billing.credits.book import CreditBook
from invoices.billing.credits.coupons import load_coupons
from invoices.billing.drafts import BillingJob
from invoices.settlement import CustomerCredits


def load_credits(jobs: Sequence[BillingJob]) -> CreditBook:
    """For the customers of ``jobs``, who are locked when the result is to be recorded."""
    customer_ids = {job.subscription.customer_id for job in jobs}
    coupons = load_coupons(customer_ids)
    return CreditBook({key: CustomerCredits(coupons=coupons.get(key, ())) for key in customer_ids})
