"""The usage thresholds of a plan or a subscription. Runs inside a command's transaction, with the owner locked."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from billing_site.kernel.errors import ValidationFailed
from plans.models import Plan, Subscription, UsageThreshold
from plans.queries import live_thresholds
from plans.services.fields import ThresholdFields


def set_usage_thresholds(owner: Plan | Subscription, wanted: Sequence[ThresholdFields], at: datetime) -> None:
    """Give ``owner`` exactly these thresholds; those that it has already stay, and none takes them all away.

    Raises ``ValidationFailed`` for an amount that stands there twice and for a second recurring one.
    """
    _check(wanted)
    owned = {"plan": owner} if isinstance(owner, Plan) else {"subscription": owner}
    present = {(each.recurring, each.amount_cents): each for each in live_thresholds().filter(**owned)}
    kept = []
    for fields in wanted:
        threshold = present.pop(_key(fields)) if _key(fields) in present else UsageThreshold(created_at=at, **owned)
        kept.append(threshold)
    UsageThreshold.objects.filter(pk__in=[each.pk for each in present.values()]).update(deleted_at=at, updated_at=at)
    for threshold, fields in zip(kept, wanted, strict=True):
        threshold.recurring, threshold.amount_cents = _key(fields)
        threshold.threshold_display_name = fields.get("threshold_display_name", threshold.threshold_display_name)
    UsageThreshold.objects.bulk_create([each for each in kept if each._state.adding])
    UsageThreshold.objects.bulk_update([each for each in kept if not each._state.adding], ["threshold_display_name"])


def _check(wanted: Sequence[ThresholdFields]) -> None:
    counts = Counter(map(_key, wanted))
    repeated = any(count > 1 for count in counts.values())
    if repeated or sum(recurring for recurring, _ in counts) > 1:
        raise ValidationFailed(usage_thresholds=["value_already_exist"])


def _key(fields: ThresholdFields) -> tuple[bool, int]:
    return fields.get("recurring", False), fields["amount_cents"]
