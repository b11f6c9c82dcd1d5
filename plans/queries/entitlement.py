"""Features, and what plans and subscriptions entitle to. Every function is a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from plans.models import Entitlement, Feature, Plan, Privilege, Subscription


@dataclass(slots=True)
class Entitled:
    """To a feature, with the values of its privileges by their ids, as text; ``None`` takes a value away."""

    feature: Feature
    plan_values: dict[UUID, str] = field(default_factory=dict)
    own_values: dict[UUID, str | None] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[UUID, str]:
        merged = {**self.plan_values, **self.own_values}
        return {key: value for key, value in merged.items() if value is not None}

    @property
    def privileges(self) -> list[Privilege]:
        return [each for each in self.feature.privileges.all() if each.id in self.values]


def features_of(organization: Organization) -> QuerySet[Feature]:
    """Newest first, with their privileges."""
    return Feature.objects.filter(organization=organization).prefetch_related("privileges")


def feature_by_code(organization: Organization, code: str) -> Feature:
    """Raises ``NotFound``: ``feature_not_found``."""
    for feature in features_of(organization).filter(code=code):
        return feature
    raise NotFound("feature")


def privilege_by_code(feature: Feature, code: str) -> Privilege:
    """Raises ``NotFound``: ``privilege_not_found``."""
    for privilege in feature.privileges.all():
        if privilege.code == code:
            return privilege
    raise NotFound("privilege")


def plan_entitlements(plan: Plan) -> list[Entitled]:
    return list(_of_plan(plan).values())


def subscription_entitlements(subscription: Subscription) -> list[Entitled]:
    """What its plan, or the plan of which this is a copy, entitles to, with what it has otherwise itself (E3)."""
    plan = subscription.plan.parent if subscription.plan.parent is not None else subscription.plan
    entitled = _of_plan(plan)
    for own in _loaded(Entitlement.objects.filter(subscription=subscription)):
        if own.removed:
            entitled.pop(own.feature_id, None)
            continue
        entitled.setdefault(own.feature_id, Entitled(own.feature)).own_values.update(
            (each.privilege_id, each.value) for each in own.values.all()
        )
    return list(entitled.values())


def _of_plan(plan: Plan) -> dict[UUID, Entitled]:
    found = {}
    for each in _loaded(Entitlement.objects.filter(plan=plan)):
        values = {value.privilege_id: value.value for value in each.values.all() if value.value is not None}
        found[each.feature_id] = Entitled(each.feature, values)
    return found


def _loaded(entitlements: QuerySet[Entitlement]) -> Iterable[Entitlement]:
    return entitlements.select_related("feature").prefetch_related("feature__privileges", "values")
