"""Fees as they would be stored, for what is only shown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from psycopg.types.json import Jsonb

from invoices.billing import rows
from invoices.billing.drafts import FeeDraft, InvoiceDraft
from invoices.models import Fee, FeeAppliedTax
from invoices.settlement import SettledFee
from plans.models import Charge

Built = TypeVar("Built", bound=Model)


def unstored_fees(draft: InvoiceDraft, charges: Mapping[Any, Charge], *, at: datetime) -> Iterator[Fee]:
    """The rows that ``record`` would write, with everything loaded that the wire reads; ``charges`` by id."""
    for fee, settled in zip(draft.fees, draft.settlement.fees, strict=True):
        yield _unstored(draft, fee, settled, charges, at)


def _unstored(
    draft: InvoiceDraft, fee: FeeDraft, settled: SettledFee, charges: Mapping[Any, Charge], at: datetime
) -> Fee:
    built = instance_of(Fee, rows.FEE_COLUMNS, rows.fee_row(draft, fee, settled, at))
    built.customer = draft.customer
    built.subscription = next(job.subscription for job in draft.jobs if job.subscription.id == fee.subscription_id)
    built.charge = charges[fee.charge_id]
    built.charge_filter = next((each for each in built.charge.filters.all() if each.id == fee.charge_filter_id), None)
    built.invoice = None
    applied = [
        instance_of(FeeAppliedTax, rows.FEE_TAX_COLUMNS, row) for row in rows.fee_tax_rows(draft, fee, settled, at)
    ]
    # As prefetch_related leaves it: an instance without a row has nothing to be read from.
    vars(built)["_prefetched_objects_cache"] = {"applied_taxes": applied, "true_up_fees": []}
    return built


def instance_of(model: type[Built], columns: Sequence[str], row: rows.Row) -> Built:
    """A row for COPY as an instance."""
    values = zip(columns, row, strict=True)
    return model(**{name: value.obj if isinstance(value, Jsonb) else value for name, value in values})
