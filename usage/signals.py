"""What usage announces to the apps to its right."""

from django.dispatch import Signal

# Sent once a transaction, inside it: ``flushes`` is a list of ``usage.ingest.StoredFlush``. A receiver that raises
# undoes the flush.
events_ingested = Signal()
