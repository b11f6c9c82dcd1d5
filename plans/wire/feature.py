"""Features and entitlements on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, text
from plans.models import Feature, Privilege, PrivilegeType
from plans.queries import Entitled


class PrivilegeWire(TypedDict):
    code: str
    name: str | None
    value_type: str
    config: dict[str, Any]


class FeatureWire(TypedDict):
    code: str
    name: str | None
    description: str | None
    privileges: list[PrivilegeWire]
    created_at: str | None


class PlanPrivilegeWire(PrivilegeWire):
    value: int | bool | str | None


class PlanEntitlementWire(TypedDict):
    code: str
    name: str | None
    description: str | None
    privileges: list[PlanPrivilegeWire]


class SubscriptionPrivilegeWire(PlanPrivilegeWire):
    plan_value: int | bool | str | None
    override_value: int | bool | str | None


class SubscriptionEntitlementWire(TypedDict):
    code: str
    name: str | None
    description: str | None
    privileges: list[SubscriptionPrivilegeWire]
    overrides: dict[str, int | bool | str | None]


def feature_wire(feature: Feature) -> FeatureWire:
    return {
        "code": feature.code,
        "name": text(feature.name),
        "description": text(feature.description),
        "privileges": [privilege_wire(each) for each in feature.privileges.all()],
        "created_at": instant(feature.created_at),
    }


def features_wire(features: Iterable[Feature]) -> list[FeatureWire]:
    return [feature_wire(feature) for feature in features]


def privilege_wire(privilege: Privilege) -> PrivilegeWire:
    is_select = privilege.value_type == PrivilegeType.SELECT
    return {
        "code": privilege.code,
        "name": text(privilege.name),
        "value_type": privilege.value_type,
        "config": {"select_options": privilege.select_options} if is_select else {},
    }


def plan_entitlement_wire(entitled: Entitled) -> PlanEntitlementWire:
    feature = entitled.feature
    return {
        "code": feature.code,
        "name": text(feature.name),
        "description": text(feature.description),
        "privileges": [
            {**privilege_wire(each), "value": typed(each, entitled.values.get(each.id))} for each in entitled.privileges
        ],
    }


def subscription_entitlement_wire(entitled: Entitled) -> SubscriptionEntitlementWire:
    """With what the plan says and what the subscription has instead."""
    feature = entitled.feature
    own = {each: typed(each, value) for each in entitled.privileges if (value := entitled.own_values.get(each.id))}
    return {
        "code": feature.code,
        "name": text(feature.name),
        "description": text(feature.description),
        "privileges": [
            {
                **privilege_wire(each),
                "value": typed(each, entitled.values.get(each.id)),
                "plan_value": typed(each, entitled.plan_values.get(each.id)),
                "override_value": own.get(each),
            }
            for each in entitled.privileges
        ],
        "overrides": {each.code: value for each, value in own.items()},
    }


def typed(privilege: Privilege, value: str | None) -> int | bool | str | None:
    if value is None:
        return None
    if privilege.value_type == PrivilegeType.BOOLEAN:
        return value == "true"
    return int(value) if privilege.value_type == PrivilegeType.INTEGER else value
