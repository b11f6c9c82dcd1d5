"""What is kept of events for reading: quarter hours of UTC, in which merging is the whole of reading.

Every civil midnight lies on a quarter hour, so a billing period is whole buckets whatever the time zone.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from usage.models.event import UsageCode
from usage.models.exact_number import ExactNumberField

QUARTER_HOUR = 900_000_000  # microseconds


class UsageDimension(models.Model):
    """The number of one set of property values (``{"region": "eu"}``) that some events of a code share.

    Keys that the events lack are left out. Number 0 means no values at all and has no row.
    """

    id = models.AutoField(primary_key=True)
    code = models.ForeignKey(UsageCode, on_delete=models.CASCADE, related_name="dimensions", db_index=False)
    values = models.JSONField()
    # Property values may be longer than an index entry can be, so their digest is what is unique.
    digest = models.BinaryField(editable=False)

    class Meta:
        db_table = "usage_dimension"
        constraints = [models.UniqueConstraint(fields=["code", "digest"], name="usage_dimension_unique")]

    def __str__(self) -> str:
        return str(self.values)


class UsageBucket(models.Model):
    """The tally of one stream, code and dimension in the quarter hour that starts ``quarter_hour`` × 15 min after 1970.

    The columns are those of ``usage.aggregation.Tally``, but for times, which are microseconds since 1970:
    ``value_time`` is Σ value × timestamp, and ``latest`` is ``{timestamp, arrival, value}``; arrays compare element by
    element, so ``max`` and ``GREATEST`` pick the latest.
    """

    pk = models.CompositePrimaryKey("stream_id", "code_id", "quarter_hour", "dimension_id")
    stream_id = models.IntegerField()
    code_id = models.IntegerField()
    quarter_hour = models.IntegerField()
    dimension_id = models.IntegerField()
    events_count = models.BigIntegerField()
    numbers_count = models.BigIntegerField()
    texts_count = models.BigIntegerField()
    removals_count = models.BigIntegerField()
    sum = ExactNumberField()
    max = ExactNumberField(null=True)
    latest = ArrayField(ExactNumberField(), null=True)
    value_time = ExactNumberField()
    precise_total_amount_cents = ExactNumberField()

    class Meta:
        db_table = "usage_bucket"
        constraints = [
            models.CheckConstraint(
                condition=Q(events_count__gt=0, numbers_count__gte=0, texts_count__gte=0, removals_count__gte=0)
                & Q(numbers_count__lte=F("events_count"), texts_count__lte=F("events_count")),
                name="usage_bucket_counts_within_events_count",
            ),
            models.CheckConstraint(
                condition=Q(numbers_count=0, max__isnull=True, latest__isnull=True)
                | Q(numbers_count__gt=0, max__isnull=False, latest__isnull=False),
                name="usage_bucket_max_and_latest_if_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.code_id}/{self.dimension_id} at {self.quarter_hour}"


class UsageDistinctValue(models.Model):
    """A value that an event of a bucket added, for metrics that count distinct values.

    A value too long for an index entry stands here as its digest.
    """

    pk = models.CompositePrimaryKey("stream_id", "code_id", "quarter_hour", "dimension_id", "value")
    stream_id = models.IntegerField()
    code_id = models.IntegerField()
    quarter_hour = models.IntegerField()
    dimension_id = models.IntegerField()
    value = models.TextField()

    class Meta:
        db_table = "usage_distinct_value"

    def __str__(self) -> str:
        return self.value
