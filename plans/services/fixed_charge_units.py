"""What subscriptions have of fixed charges, said once and dated (F4). Runs inside a command's transaction."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from plans import signals
from plans.models import FixedCharge, FixedChargeUnits, Subscription, SubscriptionStatus
from plans.periods import current_period
from plans.queries import terms_of, units_histories, with_terms
from plans.rating import UnitsChange, says_something_new

BATCH = 1000


class WantedUnits(NamedTuple):
    """Units that subscriptions shall have of a fixed charge, at once or from their next period on."""

    fixed_charge: FixedCharge
    units: Decimal
    immediately: bool


def start_units(subscriptions: Sequence[Subscription], at: datetime) -> None:
    """Subscriptions that start have the units of their plans, or those that were said of them before."""
    by_plan = _fixed_charges_by_plan({subscription.plan_id for subscription in subscriptions})
    if not by_plan:
        return
    known = units_histories([subscription.pk for subscription in subscriptions])
    rows = []
    for subscription in subscriptions:
        histories = known.get(subscription.pk, {})
        for fixed_charge in by_plan.get(subscription.plan_id, ()):
            history = histories.get(fixed_charge.original_id)
            units = history[-1].units if history else fixed_charge.units
            rows.append(_row(subscription, fixed_charge, UnitsChange(units, subscription.started_at or at), at))
    FixedChargeUnits.objects.bulk_create(rows)


def spread_units(wanted: Sequence[WantedUnits], at: datetime) -> None:
    """Give units to the active subscriptions of the fixed charges' plans, but for those with units of their own (F6).

    In batches, a constant number of statements each. What is in force at once is announced.
    """
    if not wanted:
        return
    plan_ids = {each.fixed_charge.plan_id for each in wanted}
    active = Subscription.objects.filter(plan_id__in=plan_ids, status=SubscriptionStatus.ACTIVE)
    subscriptions = with_terms(active).order_by("id").iterator(BATCH)
    while batch := list(islice(subscriptions, BATCH)):
        _spread(batch, wanted, at)


def say_units(subscription: Subscription, wanted: Sequence[WantedUnits], at: datetime) -> None:
    """Give one subscription units of its own (F6); one that is pending has them from its start on."""
    histories = units_histories([subscription.pk]).get(subscription.pk, {}) if wanted else {}
    rows, news = [], []
    for each in wanted:
        change = _change(subscription, each, at)
        rows.append(_row(subscription, each.fixed_charge, change, at, is_override=True))
        if says_something_new(histories.get(each.fixed_charge.original_id, ()), change):
            news.append(rows[-1])
    FixedChargeUnits.objects.bulk_create(rows)
    _announce(news, at)


def _spread(subscriptions: Sequence[Subscription], wanted: Sequence[WantedUnits], at: datetime) -> None:
    ids = [subscription.pk for subscription in subscriptions]
    histories, overridden = units_histories(ids), _overridden(ids)
    rows = []
    for subscription in subscriptions:
        for each in wanted:
            said = histories.get(subscription.pk, {}).get(each.fixed_charge.original_id, ())
            is_own = (subscription.pk, each.fixed_charge.original_id) in overridden
            change = _change(subscription, each, at)
            if each.fixed_charge.plan_id == subscription.plan_id and not is_own and says_something_new(said, change):
                rows.append(_row(subscription, each.fixed_charge, change, at))
    FixedChargeUnits.objects.bulk_create(rows)
    _announce(rows, at)


def _overridden(subscription_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    own = FixedChargeUnits.objects.filter(subscription_id__in=subscription_ids, is_override=True)
    return set(own.values_list("subscription_id", "fixed_charge_id"))


def _change(subscription: Subscription, wanted: WantedUnits, at: datetime) -> UnitsChange:
    is_pending = subscription.status != SubscriptionStatus.ACTIVE
    return UnitsChange(wanted.units, at if wanted.immediately or is_pending else _next_period_at(subscription, at))


def _next_period_at(subscription: Subscription, at: datetime) -> datetime:
    running = current_period(terms_of(subscription), at).fixed_charges
    assert running is not None
    return running.end


def _row(
    subscription: Subscription,
    fixed_charge: FixedCharge,
    change: UnitsChange,
    at: datetime,
    *,
    is_override: bool = False,
) -> FixedChargeUnits:
    return FixedChargeUnits(
        subscription=subscription,
        fixed_charge_id=fixed_charge.original_id,
        units=change.units,
        effective_at=change.effective_at,
        is_override=is_override,
        created_at=at,
    )


def _announce(rows: Sequence[FixedChargeUnits], at: datetime) -> None:
    in_force = [row for row in rows if row.effective_at <= at]
    if in_force:
        signals.fixed_charge_units_changed.send(FixedChargeUnits, changes=in_force, at=at)


def _fixed_charges_by_plan(plan_ids: Collection[UUID]) -> Mapping[UUID, Sequence[FixedCharge]]:
    by_plan: dict[UUID, list[FixedCharge]] = defaultdict(list)
    held = _held(plan_ids)
    if held:
        for fixed_charge in FixedCharge.objects.filter(plan_id__in=held, deleted_at__isnull=True):
            by_plan[fixed_charge.plan_id].append(fixed_charge)
    return by_plan


def _held(plan_ids: Collection[UUID]) -> list[UUID]:
    """Those that have fixed charges, which nobody changes until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM plans_plan AS plan
            WHERE id = ANY(%s) AND EXISTS (SELECT FROM plans_fixedcharge WHERE plan_id = plan.id)
            ORDER BY id FOR SHARE
            """,
            [list(plan_ids)],
        )
        return [plan_id for (plan_id,) in cursor.fetchall()]
