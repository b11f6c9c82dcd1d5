"""Events as they are kept: narrow rows that name their subscription and metric by number.

An event names both by strings that may not exist yet. ``UsageStream`` and ``UsageCode`` number such strings at
first sight, so nothing is refused for arriving early and usage knows no subscription.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.constraints import non_negative
from customers.models import Organization
from usage.models.exact_number import ExactNumberField
from usage.models.instant import InstantField


class UsageStream(models.Model):
    """The number of one external subscription id of an organization."""

    id = models.AutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="usage_streams")
    external_subscription_id = models.CharField(max_length=255)

    class Meta:
        db_table = "usage_stream"
        constraints = [
            models.UniqueConstraint(fields=["organization", "external_subscription_id"], name="usage_stream_unique"),
        ]

    def __str__(self) -> str:
        return self.external_subscription_id


class UsageCode(models.Model):
    """The number of one metric code of an organization, and how its events are measured.

    ``field_name`` is the property that is measured ("" when events are only counted), ``keeps_values`` whether its
    distinct values are kept, ``dimension_keys`` are the properties that charges filter or group by. They are the
    metric's, copied here so that folding events needs no other table. Buckets follow ``built_version``; while it
    differs from ``version`` they are out of date, readers leave them alone, and the roller builds them anew.
    """

    id = models.AutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="usage_codes")
    code = models.CharField(max_length=255)
    field_name = models.CharField(max_length=255, blank=True, default="")
    keeps_values = models.BooleanField(default=False)
    dimension_keys = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)
    built_version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        db_table = "usage_code"
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="usage_code_unique"),
            models.CheckConstraint(condition=Q(built_version__lte=F("version")), name="usage_code_built_lte_version"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=~Q(built_version=F("version")), name="usage_code_out_of_date"),
        ]

    def __str__(self) -> str:
        return self.code


class UsageFlush(models.Model):
    """The events that one organization sent in one transaction; ``epoch`` is null until they are in the buckets."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    events_count = models.PositiveIntegerField()
    epoch = models.BigIntegerField(null=True)

    class Meta:
        db_table = "usage_flush"
        constraints = [
            models.CheckConstraint(condition=Q(events_count__gt=0), name="usage_flush_events_count_gt_0"),
            *non_negative("usage_flush", "epoch"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(epoch__isnull=True), name="usage_flush_pending"),
            models.Index(fields=["epoch"], name="usage_flush_by_epoch"),
            models.Index(fields=["organization", "-id"], name="usage_flush_newest"),
        ]

    def __str__(self) -> str:
        return f"flush {self.pk}"


class UsageEvent(models.Model):
    """One event, kept once: ``(stream, transaction_id)`` is the key.

    There is no column for the measured value. The metric may not exist yet, or measure another property tomorrow, so
    the value is always taken from ``properties`` by the code's present definition (``usage.measure``); ``jsonb``
    keeps numbers as written, digit by digit. ``(flush, position)`` is the order of arrival and breaks ties of
    ``timestamp``. The foreign keys are unchecked: at ingest a check a row would cost as much as the row.
    """

    pk = models.CompositePrimaryKey("stream_id", "transaction_id")
    stream = models.ForeignKey(
        UsageStream, on_delete=models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    code = models.ForeignKey(
        UsageCode, on_delete=models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    timestamp = InstantField()
    flush = models.ForeignKey(
        UsageFlush, on_delete=models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    precise_total_amount_cents = ExactNumberField(null=True)
    properties = models.JSONField()
    transaction_id = models.CharField(max_length=255)

    class Meta:
        db_table = "usage_event"
        indexes = [
            # Not by stream first: statistics may call a stream short that has just grown long, and then this index
            # looks as good as the primary key for finding known keys, which reads all of the stream for each of them.
            models.Index(fields=["code", "stream", "timestamp"], name="usage_event_by_time"),
            # Not BRIN: its newest pages, which are those that one looks for, are unsummarized until the next vacuum.
            # By stream too, for the little of what is pending that a reader of current usage wants.
            models.Index(fields=["flush", "stream"], name="usage_event_arrived"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(timestamp__gte=0), name="usage_event_timestamp_gte_0"),
        ]

    def __str__(self) -> str:
        return self.transaction_id
