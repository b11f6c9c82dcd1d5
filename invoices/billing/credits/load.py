"""What the customers of a batch can settle with, in a number of queries that does not grow with the batch."""

from collections.abc import Collection, Sequence
from uuid import UUID

from invoices.billing.credits.book import CreditBook
from invoices.billing.credits.coupons import load_coupons
from invoices.billing.credits.credit_notes import load_credit_notes
from invoices.billing.credits.progressive import load_progressive
from invoices.billing.credits.wallets import load_wallets
from invoices.billing.drafts import BillingJob
from invoices.settlement import CustomerCredits


def load_credits(jobs: Sequence[BillingJob], *, remade: Collection[UUID] = ()) -> CreditBook:
    """For the customers of ``jobs``, who are locked when the result is to be recorded.

    ``remade`` are the invoices that the jobs are billed on again.
    """
    customer_ids = {job.subscription.customer_id for job in jobs}
    coupons, credit_notes = load_coupons(customer_ids), load_credit_notes(customer_ids)
    wallets = load_wallets(customer_ids)
    by_customer = {
        key: CustomerCredits(
            coupons=coupons.get(key, ()), credit_notes=credit_notes.get(key, ()), wallets=wallets.get(key, ())
        )
        for key in customer_ids
    }
    return CreditBook(by_customer, load_progressive(jobs, remade=remade))
