"""Views of metrics and events."""
