"""Commands on what plans and subscriptions entitle to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Organization
from plans.models import Entitlement, EntitlementValue, Feature, Plan, Privilege, PrivilegeType, Subscription
from plans.queries import Entitled, feature_by_code, features_of, privilege_by_code, subscription_entitlements

Wanted = Mapping[str, Mapping[str, Any]]


@command
def set_plan_entitlements(*, plan: Plan, entitlements: Wanted, at: datetime, replaces: bool) -> None:
    """Give the plan these privileges by the codes of features; ``replaces``: and no others (E2).

    Raises ``NotFound`` for an unknown feature or privilege and ``ValidationFailed`` for a value of another type.
    """
    (current,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    if replaces:
        Entitlement.objects.filter(plan=current).delete()
    _write(current.organization, {"plan": current}, entitlements, at)


@command
def set_subscription_entitlements(*, subscription: Subscription, entitlements: Wanted, at: datetime) -> None:
    """Give one subscription these privileges besides, or instead of, its plan's (E3); raises as for plans."""
    (current,) = locked(Subscription.objects.filter(pk=subscription.pk).select_related("organization"))
    _write(current.organization, {"subscription": current}, entitlements, at)


@command
def remove_plan_feature(*, plan: Plan, feature_code: str) -> None:
    _of_plan(plan, feature_code).delete()


@command
def remove_plan_privilege(*, plan: Plan, feature_code: str, privilege_code: str) -> None:
    entitlement = _of_plan(plan, feature_code)
    privilege = privilege_by_code(entitlement.feature, privilege_code)
    if not entitlement.values.filter(privilege=privilege).delete()[0]:
        raise NotFound("privilege")


@command
def remove_subscription_feature(*, subscription: Subscription, feature_code: str, at: datetime) -> None:
    """Also what its plan entitles to: that is remembered, until the subscription is given it again."""
    feature = _entitled_feature(subscription, feature_code)
    own = _own(feature, {"subscription": subscription}, at)
    own.values.all().delete()
    own.change(at=at, removed=True)


@command
def remove_subscription_privilege(
    *, subscription: Subscription, feature_code: str, privilege_code: str, at: datetime
) -> None:
    feature = _entitled_feature(subscription, feature_code)
    privilege = privilege_by_code(feature, privilege_code)
    own = _own(feature, {"subscription": subscription}, at)
    EntitlementValue.objects.update_or_create(entitlement=own, privilege=privilege, defaults={"value": None})


def _write(organization: Organization, owner: dict[str, Any], wanted: Wanted, at: datetime) -> None:
    features = {each.code: each for each in features_of(organization).filter(code__in=list(wanted))}
    if not wanted.keys() <= features.keys():
        raise NotFound("feature")
    for code, values in wanted.items():
        own = _own(features[code], owner, at)
        if own.removed:
            own.change(at=at, removed=False)
        _set_values(own, features[code], values)


def _set_values(entitlement: Entitlement, feature: Feature, values: Mapping[str, Any]) -> None:
    given = [(privilege_by_code(feature, code), value) for code, value in values.items()]
    EntitlementValue.objects.bulk_create(
        [EntitlementValue(entitlement=entitlement, privilege=each, value=stored(each, value)) for each, value in given],
        update_conflicts=True,
        unique_fields=["entitlement", "privilege"],
        update_fields=["value"],
    )


def stored(privilege: Privilege, value: Any) -> str:
    """The value as text. Raises ``ValidationFailed`` where it is not of the privilege's type."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    digits = text.removeprefix("-")
    is_valid = {
        PrivilegeType.INTEGER: digits.isascii() and digits.isdigit() and not isinstance(value, float),
        PrivilegeType.BOOLEAN: text in ("true", "false"),
        PrivilegeType.SELECT: text in privilege.select_options,
        PrivilegeType.STRING: isinstance(value, str | int | float) and not isinstance(value, bool),
    }
    if value is None or not is_valid[PrivilegeType(privilege.value_type)]:
        raise ValidationFailed({"privilege.value": ["value_is_invalid"]})
    return text


def _own(feature: Feature, owner: dict[str, Any], at: datetime) -> Entitlement:
    found, _ = Entitlement.objects.get_or_create(
        feature=feature, **owner, defaults={"created_at": at, "updated_at": at}
    )
    return found


def _of_plan(plan: Plan, feature_code: str) -> Entitlement:
    for found in Entitlement.objects.filter(plan=plan, feature__code=feature_code).select_related("feature"):
        return found
    raise NotFound("entitlement")


def _entitled_feature(subscription: Subscription, code: str) -> Feature:
    feature = feature_by_code(subscription.organization, code)
    if all(each.feature.id != feature.id for each in subscription_entitlements(subscription)):
        raise NotFound("entitlement")
    return feature


@command
def change_subscription_entitlements(*, subscription: Subscription, wanted: Wanted, at: datetime) -> None:
    """Let one subscription have these features with these values, and nothing else of what it has now (E3).

    What it then has as its plan says stays the plan's. Raises as ``set_subscription_entitlements``.
    """
    (current,) = locked(Subscription.objects.filter(pk=subscription.pk).select_related("organization", "plan__parent"))
    present = {each.feature.code: _values_of(each) for each in subscription_entitlements(current)}
    for code in present.keys() - wanted.keys():
        remove_subscription_feature(subscription=current, feature_code=code, at=at)
    for code, values in wanted.items():
        for privilege_code in present.get(code, {}).keys() - values.keys():
            remove_subscription_privilege(subscription=current, feature_code=code, privilege_code=privilege_code, at=at)
    changed = {code: _changed(values, present.get(code)) for code, values in wanted.items()}
    added = {code: values for code, values in changed.items() if values or code not in present}
    set_subscription_entitlements(subscription=current, entitlements=added, at=at)


def _values_of(entitled: Entitled) -> dict[str, str]:
    return {each.code: entitled.values[each.pk] for each in entitled.privileges}


def _changed(values: Mapping[str, Any], present: Mapping[str, str] | None) -> Mapping[str, Any]:
    return {code: value for code, value in values.items() if (present or {}).get(code) != str(value)}
