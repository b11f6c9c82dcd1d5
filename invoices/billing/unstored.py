"""Fees as they would be stored, for what is only shown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from invoices.billing import rows
from invoices.billing.drafts import InvoiceDraft
from invoices.billing.instances import instance_of
from invoices.models import Fee, FeeAppliedTax
from plans.models import Charge


def unstored_fees(draft: InvoiceDraft, charges: Mapping[Any, Charge], *, at: datetime) -> Iterator[Fee]:
    """The rows that ``record`` would write, with everything loaded that the wire reads; ``charges`` by id."""
    taxes: dict[UUID, list[FeeAppliedTax]] = defaultdict(list)
    for row in rows.fee_tax_rows(draft, at):
        applied = instance_of(FeeAppliedTax, rows.FEE_TAX_COLUMNS, row)
        taxes[applied.fee_id].append(applied)
    for row in rows.fee_rows(draft, at):
        fee = instance_of(Fee, rows.FEE_COLUMNS, row)
        yield _loaded(fee, draft, charges, taxes[fee.id])


def _loaded(fee: Fee, draft: InvoiceDraft, charges: Mapping[Any, Charge], applied: Sequence[FeeAppliedTax]) -> Fee:
    fee.customer = draft.customer
    fee.subscription = next(job.subscription for job in draft.jobs if job.subscription.id == fee.subscription_id)
    fee.charge = charges[fee.charge_id]
    fee.charge_filter = next((each for each in fee.charge.filters.all() if each.id == fee.charge_filter_id), None)
    fee.invoice = None
    # As prefetch_related leaves it: an instance without a row has nothing to be read from.
    vars(fee)["_prefetched_objects_cache"] = {"applied_taxes": applied, "true_up_fees": []}
    return fee
