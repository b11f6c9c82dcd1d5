"""Bodies and query parameters of metrics and events."""
