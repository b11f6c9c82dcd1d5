"""Filters of lists, with Rails' names: ``status[]=a&status[]=b`` (also ``status=a``), ``metadata[key]=value``."""

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from billing_site.kernel.api.fields import storable
from billing_site.kernel.api.inputs import INVALID
from billing_site.kernel.errors import ValidationFailed


class ArrayWidget(forms.Widget):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        if isinstance(data, QueryDict):
            return [value for value in (*data.getlist(f"{name}[]"), *data.getlist(name)) if value != ""]
        return list(data.get(f"{name}[]", data.get(name, [])))


class ArrayField(forms.Field):
    widget = ArrayWidget

    def __init__(self, *args: Any, choices: Iterable[str] | None = None, **options: Any) -> None:
        self.choices = None if choices is None else set(choices)
        super().__init__(*args, **options)

    def clean(self, value: list[str]) -> list[str]:
        unknown = self.choices is not None and not self.choices.issuperset(value)
        if unknown or not all(map(storable, value)):
            raise ValidationError(INVALID)
        return value


class ArrayFilter(django_filters.Filter):
    """Rows whose column is one of the values."""

    field_class = ArrayField

    def __init__(self, *args: Any, choices: type[Enum] | Iterable[str] | None = None, **options: Any) -> None:
        if choices is not None:
            options["choices"] = [member.value if isinstance(member, Enum) else member for member in choices]
        options.setdefault("lookup_expr", "in")
        super().__init__(*args, **options)


class MappingWidget(forms.Widget):
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any]:
        keyed = re.compile(rf"{re.escape(name)}\[([^\]]+)\]")
        return {found[1]: data.get(key) for key in data if (found := keyed.fullmatch(key))}


class MappingField(forms.Field):
    widget = MappingWidget

    def clean(self, value: dict[str, Any]) -> dict[str, Any]:
        if not all(storable(key) and storable(text or "") for key, text in value.items()):
            raise ValidationError(INVALID)
        return value


class MappingFilter(django_filters.Filter):
    """``name[key]=value``: give it a ``method`` of the filter set that receives the dictionary."""

    field_class = MappingField


class ListFilterSet(django_filters.FilterSet):
    """A filter set whose wrong values are refused with Lago's codes."""

    def rows(self) -> QuerySet[Any]:
        self.refuse_wrong_values()
        return self.qs

    def refuse_wrong_values(self) -> None:
        if not self.is_valid():
            raise ValidationFailed({name: [INVALID] for name in self.form.errors})
