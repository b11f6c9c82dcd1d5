"""A billing run: everything of one organization that was due at one instant, cut into chunks of customers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from customers.models import Customer, Organization
from usage.models import UsageFlush


class RunStatus(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures", "Done, with failures"


class BillingRun(Entity):
    """``at`` is the intended instant: whatever is due by then. An unfinished run is resumed before another starts.

    ``held_customer_ids`` were due when it was opened, and passed by because somebody holds them.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="billing_runs")
    at = models.DateTimeField()
    status = enum_field(RunStatus, default=RunStatus.RUNNING)
    customers_count = models.PositiveIntegerField(default=0)
    customers_failed = models.PositiveIntegerField(default=0)
    invoices_created = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    held_customer_ids = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organization", "-at", "-id"], name="billing_run_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(status="running"), name="billing_run_one_at_a_time"
            ),
            one_of("billing_run", "status", RunStatus),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.at:%Y-%m-%d %H:%M}"


class ChunkStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"


class BillingRunChunk(models.Model):
    """Customers billed in one transaction; claimed with SKIP LOCKED. ``totals``: of its invoices, cents by currency."""

    run = models.ForeignKey(BillingRun, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    customer_ids = ArrayField(models.UUIDField())
    status = enum_field(ChunkStatus, default=ChunkStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    customers_failed = models.PositiveIntegerField(default=0)
    invoices_created = models.PositiveIntegerField(default=0)
    invoice_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    customers_billed = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="billing_run_chunk_once"),
            one_of("billing_run_chunk", "status", ChunkStatus),
        ]
        indexes = [models.Index(fields=["run"], condition=Q(status="pending"), name="billing_run_chunk_pending")]

    def __str__(self) -> str:
        return f"{self.position}"


class BillingFailure(Entity):
    """A customer that could not be billed: set aside with the reason until a retry succeeds."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="billing_failures")
    run = models.ForeignKey(BillingRun, null=True, on_delete=models.SET_NULL, related_name="failures")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="billing_failures")
    at = models.DateTimeField()
    reason = models.TextField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(resolved_at__isnull=True), name="billing_failure_one_open_per_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class UnchargedFlush(models.Model):
    """Events paid in advance of a customer that was set aside; ``BillingFailure``'s retry charges them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="uncharged_flushes")
    flush = models.ForeignKey(UsageFlush, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["customer", "flush"], name="uncharged_flush_once_per_customer")]

    def __str__(self) -> str:
        return str(self.flush)
