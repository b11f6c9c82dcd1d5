"""Why a fee is what it is: counted, metered and rated again by the same code, from the same events."""

from invoices.billing.explanation.events import FeeEvent, fee_events
from invoices.billing.explanation.explain import explain, explain_as_stored
from invoices.billing.explanation.subject import with_subject

__all__ = ["FeeEvent", "explain", "explain_as_stored", "fee_events", "with_subject"]
