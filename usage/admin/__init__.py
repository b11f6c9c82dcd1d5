"""The console's pages on metrics and events."""

from usage.admin import billable_metric, event

__all__ = ["billable_metric", "event"]
