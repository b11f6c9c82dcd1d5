"""A client of the REST API with an organization's key."""

import json
from typing import Any

from django.test import Client

from customers.models import Organization
from customers.services.api_key import create_api_key

BASE = "/api/v1"


class ApiClient:
    """``api.post("/customers", {"customer": {...}})``: calls that answer JSON. ``expect`` is the status wanted."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        _, self.key = create_api_key(organization=organization, at=organization.now())
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, *, expect: int = 200, **query: Any) -> Any:
        return self.call("GET", path, expect=expect, query=query)

    def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self.call("POST", path, body, expect=expect)

    def put(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self.call("PUT", path, body, expect=expect)

    def delete(self, path: str, *, expect: int = 200, **query: Any) -> Any:
        return self.call("DELETE", path, expect=expect, query=query)

    def call(self, method: str, path: str, body: Any = None, *, expect: int = 200, query: Any = None) -> Any:
        response = self.send(method, path, json.dumps(body) if body is not None else "", query=query)
        assert response.status_code == expect, f"{method} {path} → {response.status_code}: {response.content.decode()}"
        return json.loads(response.content) if response.content else None

    def send(self, method: str, path: str, content: str | bytes = "", *, query: Any = None) -> Any:
        """The bare answer to a body that need not be JSON."""
        return self.client.generic(
            method,
            f"{BASE}{path}",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.key}"},
            query_params=query or None,
        )
