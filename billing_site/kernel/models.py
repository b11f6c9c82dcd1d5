"""What every row of the domain has: a time-ordered id and the instant it came to be."""

from datetime import datetime
from typing import Any

from django.db import models

from billing_site.kernel import connections, lookups  # noqa: F401 (they register themselves)
from billing_site.kernel.ids import uuid7


class Entity(models.Model):
    """A domain row. ``id`` is ``lago_id`` on the wire; instants are the organization's, never the wall clock's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "created_at" in kwargs:
            kwargs.setdefault("updated_at", kwargs["created_at"])
        super().__init__(*args, **kwargs)

    def change(self, *, at: datetime, **values: Any) -> None:
        """Write these columns and nothing else."""
        for name, value in values.items():
            setattr(self, name, value)
        self.updated_at = at
        self.save(update_fields=[*values, "updated_at"])


class SoftDeletable(models.Model):
    """A row that documents may still name after its deletion."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def mark_deleted(self, at: datetime) -> None:
        self.deleted_at = at
