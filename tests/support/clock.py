"""Instants in tests, written as people do."""

from datetime import UTC, datetime


def instant(text: str) -> datetime:
    """``instant("2024-03-01")``, ``instant("2024-03-01T12:30:00Z")``: aware UTC."""
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
