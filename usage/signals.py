"""What usage announces to the apps to its right, inside the transaction of what happened."""

from django.dispatch import Signal

# Once a flush: ``flushes`` is a list of ``usage.ingest.StoredFlush``. A receiver that raises undoes the flush.
events_ingested = Signal()

# ``metric`` and ``at``: it is new, something of it changed, in particular its filters (C11), or it was deleted (C14).
metric_created = Signal()
metric_updated = Signal()
metric_filters_changed = Signal()
metric_deleted = Signal()
