"""How far the buckets are."""

from django.db.models import Max

from usage.models import UsageFlush


def current_epoch() -> int:
    """The number of the last roll; 0 before the first. A flush with a higher epoch, or none, came later."""
    return UsageFlush.objects.aggregate(last=Max("epoch"))["last"] or 0
