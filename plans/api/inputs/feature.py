"""The bodies of features and entitlements."""

from collections.abc import Mapping
from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.errors import BadRequest, ValidationFailed
from plans.models import PrivilegeType


class PrivilegeConfigInput(CommandInput):
    select_options = fields.ListOf(fields.Code())


class PrivilegeInput(CommandInput):
    code = fields.Code()
    name = fields.Text()
    value_type = fields.Choice(PrivilegeType)
    config = PrivilegeConfigInput()


class FeatureInput(CommandInput):
    root_name = "feature"

    code = fields.Code()
    name = fields.Text()
    description = fields.Text(max_length=None)
    privileges = fields.ListOf(PrivilegeInput())


class EntitlementsInput(CommandInput):
    """``{"feature": {"privilege": value}}``, by codes; empty is allowed."""

    root_name = "entitlements"

    @classmethod
    def arguments(cls, body: Any, *, updating: bool = False) -> dict[str, Any]:
        given = body.get(cls.root_name) if isinstance(body, Mapping) else None
        if not isinstance(given, Mapping):
            raise BadRequest.missing_root(cls.root_name)
        if not fields.storable_json(given) or not all(isinstance(each, Mapping) for each in given.values()):
            raise ValidationFailed(entitlements=["value_is_invalid"])
        return {"entitlements": given}
