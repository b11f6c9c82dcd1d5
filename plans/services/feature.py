"""Commands on features and their privileges."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Organization
from plans import signals
from plans.models import Feature, Privilege, PrivilegeType


class PrivilegeFields(TypedDict, total=False):
    """``config`` has the ``select_options`` of a ``select``."""

    code: str
    name: str
    value_type: str
    config: dict[str, list[str]]


class FeatureFields(TypedDict, total=False):
    code: str
    name: str
    description: str
    privileges: Sequence[PrivilegeFields]


@command
def create_feature(*, organization: Organization, at: datetime, **fields: Unpack[FeatureFields]) -> Feature:
    """Raises ``ValidationFailed`` for a code that is taken, and for a ``select`` without options."""
    feature = Feature(organization=organization, code=fields["code"], created_at=at)
    feature.name, feature.description = fields.get("name", ""), fields.get("description", "")
    feature.save(force_insert=True)
    _set_privileges(feature, fields.get("privileges", ()), at)
    signals.feature_created.send(Feature, feature=feature, at=at)
    return feature


@command
def update_feature(*, feature: Feature, at: datetime, **fields: Unpack[FeatureFields]) -> Feature:
    """Change name and description; privileges that are named are added or changed, the others stay."""
    (current,) = locked(Feature.objects.filter(pk=feature.pk))
    name, description = fields.get("name", current.name), fields.get("description", current.description)
    current.change(at=at, name=name, description=description)
    _set_privileges(current, fields.get("privileges", ()), at)
    signals.feature_updated.send(Feature, feature=current, at=at)
    return current


@command
def delete_feature(*, feature: Feature, at: datetime) -> None:
    """Nobody is entitled to it any more."""
    signals.feature_deleted.send(Feature, feature=feature, at=at)
    Feature.objects.filter(pk=feature.pk).delete()


@command
def delete_privilege(*, privilege: Privilege, at: datetime) -> None:
    Privilege.objects.filter(pk=privilege.pk).delete()
    signals.feature_updated.send(Feature, feature=privilege.feature, at=at)


def _set_privileges(feature: Feature, wanted: Sequence[PrivilegeFields], at: datetime) -> None:
    codes = [fields["code"] for fields in wanted]
    if len(set(codes)) < len(codes):
        raise ValidationFailed({"privilege.code": ["value_is_duplicated"]})
    present = {each.code: each for each in feature.privileges.all()}
    written = [_written(present.get(each["code"]) or _new(feature, each, at), each, at) for each in wanted]
    Privilege.objects.bulk_create([each for each in written if each._state.adding])
    changed = [each for each in written if not each._state.adding]
    Privilege.objects.bulk_update(changed, ["name", "value_type", "select_options", "updated_at"])


def _new(feature: Feature, fields: PrivilegeFields, at: datetime) -> Privilege:
    return Privilege(feature=feature, code=fields["code"], created_at=at)


def _written(privilege: Privilege, fields: PrivilegeFields, at: datetime) -> Privilege:
    """The type of a privilege stays: values of it may be in use."""
    privilege.name = fields.get("name", privilege.name)
    privilege.updated_at = at
    if privilege._state.adding:
        privilege.value_type = fields.get("value_type", PrivilegeType.STRING)
    if privilege.value_type == PrivilegeType.SELECT:
        privilege.select_options = fields.get("config", {}).get("select_options", privilege.select_options)
        if not privilege.select_options:
            raise ValidationFailed({"privilege.config": ["value_is_invalid"]})
    return privilege
