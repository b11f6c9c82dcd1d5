"""Every operation of the API, out of the URL resolver: a new route is tested as soon as it is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator

ROOT = "api/v1/"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
METHODS = ("get", "post", "put", "patch", "delete")

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """``route`` as Django has it, below the root: ``customers/<external_id:external_id>``."""

    method: str
    route: str
    schema: Schema

    def __str__(self) -> str:
        return f"{self.method} /{self.path}"

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.route)

    @property
    def path(self) -> str:
        """``customers/{external_id}``, as OpenAPI writes it."""
        return documented(self.route)

    @property
    def resource(self) -> str:
        return self.route.split("/")[0]

    def filled(self, value_of: Any) -> str:
        """The path with ``value_of(parameter)`` in the place of each parameter."""
        return "/" + PARAMETER.sub(lambda found: quote(value_of(found[1]), safe="%"), self.route)

    @property
    def filters(self) -> list[str]:
        return [each["name"] for each in self.schema.get("parameters", []) if each["in"] == "query"]

    @property
    def needs_body(self) -> bool:
        return bool(self.schema.get("requestBody", {}).get("required"))

    @property
    def body(self) -> Schema | None:
        """The schema of the request's body."""
        content = self.schema.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if content else None


def operations() -> list[Operation]:
    paths = documentation()["paths"]
    return [
        Operation(method.upper(), route, paths.get(f"/{ROOT}{documented(route)}", {}).get(method, {}))
        for route, view in sorted(routes(), key=itemgetter(0))
        for method in METHODS
        if method in view.http_method_names and hasattr(view, method)
    ]


def routes() -> Iterator[tuple[str, Any]]:
    """Routes below the root, with the class of their view."""
    for route, callback in _leaves(get_resolver().url_patterns, ""):
        if route.startswith(ROOT):
            yield route.removeprefix(ROOT), callback.view_class


def documented(route: str) -> str:
    return PARAMETER.sub(r"{\1}", route)


def documentation() -> Schema:
    return SchemaGenerator().get_schema(request=None, public=True)


def _leaves(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _leaves(pattern.url_patterns, route)
        else:
            yield route, pattern.callback
