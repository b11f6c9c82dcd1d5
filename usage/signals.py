"""What usage announces to the apps to its right, inside the transaction of what happened."""

from django.dispatch import Signal

# Once a flush: ``flushes`` is a list of ``usage.ingest.StoredFlush``. A receiver that raises undoes the flush.
events_ingested = Signal()

# ``metric`` and ``at``: its filters changed (C11), or it was deleted (C14).
metric_filters_changed = Signal()
metric_deleted = Signal()
