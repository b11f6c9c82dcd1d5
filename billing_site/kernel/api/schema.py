"""OpenAPI of the API's operations, out of the same declarations that serve them."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import resolve_type_hint
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet, MappingFilter
from billing_site.kernel.api.inputs import CommandInput

View = TypeVar("View", bound=Callable[..., Any])

NUMBER_OR_NULL = {"type": "integer", "nullable": True}
META = {
    "type": "object",
    "properties": {
        "current_page": {"type": "integer"},
        "next_page": NUMBER_OR_NULL,
        "prev_page": NUMBER_OR_NULL,
        "total_pages": {"type": "integer"},
        "total_count": {"type": "integer", "description": "Exact up to 100,000 rows, estimated beyond."},
    },
}
ENVELOPE = inline_serializer(
    "Refusal",
    {
        "status": serializers.IntegerField(),
        "error": serializers.CharField(),
        "code": serializers.CharField(required=False),
        "error_details": serializers.DictField(required=False),
    },
)
REFUSALS = {400: "The root object is missing.", 401: "The API key is not valid.", 422: "The values are not valid."}


class ApiSchema(AutoSchema):
    def get_operation_id(self) -> str:
        """``get_customers``, ``get_customers_external_id``."""
        words = re.findall(r"[a-z0-9]+", self.path.removeprefix("/api/v1/").lower())
        return "_".join([self.method.lower(), *words])


def operation(
    gives: str,
    wire: Any = None,
    *,
    takes: type[CommandInput] | None = None,
    filters: type[ListFilterSet] | None = None,
    listed: bool = False,
) -> Callable[[View], View]:
    """Describe a view's method: the root it gives, the ``wire`` TypedDict inside, the input and filters it takes."""
    item = resolve_type_hint(wire) if wire is not None else {"type": "object", "additionalProperties": True}
    properties = {gives: {"type": "array", "items": item}, "meta": META} if listed else {gives: item}
    refusals = {status: OpenApiResponse(ENVELOPE, reason) for status, reason in REFUSALS.items()}
    return extend_schema(
        request=rooted(takes) if takes else None,
        parameters=[*(PAGING if listed else ()), *filter_parameters(filters)],
        responses={200: OpenApiResponse({"type": "object", "properties": properties}), **refusals},
    )


@cache  # one component for POST and PUT
def rooted(takes: type[CommandInput]) -> Any:
    if not takes.root_name:
        return takes
    name = takes.__name__.removesuffix("Input")
    return inline_serializer(f"{name}Request", {takes.root_name: takes(required=True)})


PAGING = [
    OpenApiParameter("page", OpenApiTypes.INT, description="From 1."),
    OpenApiParameter("per_page", OpenApiTypes.INT, description="100 unless given, at most 1,000."),
]


def filter_parameters(filters: type[ListFilterSet] | None) -> list[OpenApiParameter]:
    return [filter_parameter(name, each) for name, each in filters.base_filters.items()] if filters else []


def filter_parameter(name: str, each: Any) -> OpenApiParameter:
    if isinstance(each, ArrayFilter):
        return OpenApiParameter(f"{name}[]", OpenApiTypes.STR, many=True, enum=each.extra.get("choices"))
    if isinstance(each, MappingFilter):
        return OpenApiParameter(f"{name}[key]", OpenApiTypes.STR)
    return OpenApiParameter(name, OpenApiTypes.STR)
