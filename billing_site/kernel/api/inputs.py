"""Bodies of commands: shape and types are checked here, all at once, and come out as keyword arguments.

``null`` means "absent" when something is created. When it is changed, ``null`` clears a field that ``allow_null``
(it becomes ``cleared_to``), is refused where the field is mandatory and ignored elsewhere. Unknown keys are ignored.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from billing_site.kernel.errors import BadRequest, ValidationFailed

MANDATORY = "value_is_mandatory"
INVALID = "value_is_invalid"
OUT_OF_RANGE = "value_is_out_of_range"
ERROR_CODES = {
    "required": MANDATORY,
    "null": MANDATORY,
    "blank": MANDATORY,
    "invalid": INVALID,
    "invalid_choice": INVALID,
    "not_a_list": INVALID,
    "not_a_dict": INVALID,
    "empty": MANDATORY,
    "max_length": "value_is_too_long",
    "min_length": INVALID,
    "max_value": OUT_OF_RANGE,
    "min_value": OUT_OF_RANGE,
    "max_string_length": INVALID,
    "max_digits": OUT_OF_RANGE,
    "max_whole_digits": OUT_OF_RANGE,
    "max_decimal_places": INVALID,
}


class InputField(serializers.Field):
    """Mixed into DRF's fields: optional unless ``required``, the rules of null, and Lago's error codes.

    A field that ``identifies`` what is changed is mandatory also then (an upsert's ``external_id``).
    """

    cleared_to: Any = None

    def __init__(self, *args: Any, cleared_to: Any = empty, identifies: bool = False, **options: Any) -> None:
        options.setdefault("required", identifies)
        self.identifies = identifies
        options["error_messages"] = {**ERROR_CODES, **options.get("error_messages", {})}
        super().__init__(*args, **options)
        if cleared_to is not empty:
            self.cleared_to = cleared_to

    def run_validation(self, data: Any = empty) -> Any:
        if data is None:
            if self.updating and self.allow_null:
                return self.cleared_to
            if not (self.updating and self.required):
                data = empty  # on creation, and where null says nothing
        if data is empty and self.updating and not self.identifies:
            raise SkipField
        return super().run_validation(data)

    @property
    def updating(self) -> bool:
        """Whether absent means unchanged. Items of a list are always given whole."""
        return bool(self.context.get("updating")) and not self._inside_list()

    def _inside_list(self) -> bool:
        field: Any = self.parent
        while field is not None and not isinstance(field, serializers.ListField):
            field = field.parent
        return field is not None


class CommandInput(InputField, serializers.Serializer[Any]):
    """The body of a command, or an object inside one; with ``source="*"`` its fields become its parent's."""

    root_name: ClassVar[str]

    @classmethod
    def arguments(cls, body: Any, *, updating: bool = False) -> dict[str, Any]:
        """The checked values of ``{root_name: {...}}``. Raises ``BadRequest`` and ``ValidationFailed``."""
        return cls.checked(root_object(body, cls.root_name), updating=updating)

    @classmethod
    def checked(cls, given: Any, *, updating: bool = False) -> dict[str, Any]:
        if given is None:
            raise BadRequest("the body is null")
        reader = cls(data=given, context={"updating": updating})
        if not reader.is_valid():
            raise ValidationFailed(flat_errors(reader.errors, reader))
        return dict(reader.validated_data)


def root_object(body: Any, root: str) -> Mapping[str, Any]:
    """``body[root]``, a non-empty object."""
    found = body.get(root) if isinstance(body, Mapping) else None
    if not isinstance(found, Mapping) or not found:
        raise BadRequest.missing_root(root)
    return found


def root_list(body: Any, root: str) -> list[Any]:
    """``body[root]``, a list (that may be empty)."""
    found = body.get(root) if isinstance(body, Mapping) else None
    if not isinstance(found, list):
        raise BadRequest.missing_root(root)
    return found


def flat_errors(errors: Any, reader: Any = None, prefix: str = "") -> dict[str, list[str]]:
    """``{"charges": {0: {"code": [...]}}}`` as ``{"charges.0.code": [...]}``; transparent objects add no name."""
    if isinstance(errors, list):
        return {prefix or "base": [str(code) for code in errors]}
    flat: dict[str, list[str]] = {}
    for name, nested in errors.items():
        field = _field(reader, name)
        flat.update(flat_errors(nested, field, _joined(prefix, name, field)))
    return flat


def _field(reader: Any, name: Any) -> Any:
    if isinstance(reader, serializers.ListField):
        return reader.child
    return reader.fields.get(name) if isinstance(reader, serializers.Serializer) else None


def _joined(prefix: str, name: Any, field: Any) -> str:
    if name == "non_field_errors" or getattr(field, "source", None) == "*":
        return prefix
    return f"{prefix}.{name}" if prefix else str(name)
