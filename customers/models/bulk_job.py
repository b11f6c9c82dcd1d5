"""A command that many rows get at once, and what came of it row by row."""

from django.db import models

from billing_site.kernel.bulk import COMMANDS, BulkCommand
from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import currency_field, enum_field
from billing_site.kernel.models import Entity
from customers.models.organization import Organization


class BulkJobStatus(models.TextChoices):
    ASKED = "asked", "Asked for"
    TRYING = "trying", "Being tried out"
    TRIED = "tried", "Tried out"
    RUNNING = "running"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures", "Done, with failures"


WORKING = (BulkJobStatus.TRYING, BulkJobStatus.RUNNING)


class BulkJob(Entity):
    """``command`` names a ``kernel.bulk.BulkCommand``, ``values`` are what it gets. Nothing is done before it runs."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="bulk_jobs")
    command = models.CharField(max_length=64)
    values = models.JSONField(default=dict, blank=True)
    status = enum_field(BulkJobStatus, default=BulkJobStatus.ASKED)
    asked_by = models.CharField(max_length=255, blank=True, default="")
    rows_count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="bulk_job_newest")]
        constraints = [one_of("bulk_job", "status", BulkJobStatus)]

    def __str__(self) -> str:
        known = COMMANDS.get(self.command)
        return f"{known.label if known else self.command} × {self.rows_count}"

    @property
    def bulk_command(self) -> BulkCommand:
        return COMMANDS[self.command]

    @property
    def is_working(self) -> bool:
        return self.status in WORKING


class BulkRowState(models.TextChoices):
    PENDING = "pending"
    TRIED = "tried", "Would work"
    REFUSED = "refused"
    DONE = "done"


class BulkRow(models.Model):
    """``expected`` and ``amount_cents`` say what a trial showed, ``outcome`` what came of it, or why it did not."""

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    row_id = models.UUIDField()
    label = models.CharField(max_length=512)
    state = enum_field(BulkRowState, default=BulkRowState.PENDING)
    expected = models.TextField(blank=True, default="")
    outcome = models.TextField(blank=True, default="")
    amount_cents = models.BigIntegerField(null=True, blank=True)
    currency = currency_field(blank=True, default="")

    class Meta:
        ordering = ["job", "position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="bulk_row_once_per_position"),
            models.UniqueConstraint(fields=["job", "row_id"], name="bulk_row_once_per_job"),
            one_of("bulk_row", "state", BulkRowState),
        ]
        indexes = [models.Index(fields=["job", "state", "position"], name="bulk_row_by_state")]

    def __str__(self) -> str:
        return self.label
