"""Opens an organization with an API key (reference: protocol, 4.1)."""

from datetime import datetime

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from billing_site.kernel.clock import wall_now
from billing_site.kernel.connections import asked_first
from billing_site.kernel.errors import Unauthorized
from billing_site.kernel.prepared import Prepared
from customers import credentials
from customers.models import ApiKey, Organization

# Asked by every call.
_usable_key = Prepared(
    lambda key_hash, at: ApiKey.objects.usable(at=at).select_related("organization").filter(key_hash=key_hash),
    key_hash=str,
    at=datetime,
)


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>``, whatever the scheme is called.

    A key is looked up at every call, through its unique index: a revoked one is refused from then on.
    """

    def authenticate(self, request: Request) -> tuple[Organization, ApiKey]:
        value = credentials.presented_key(request.headers.get("Authorization", ""))
        if value is None:
            raise Unauthorized
        # The lifetime of a key is that of the real world, also in a sandbox.
        key = asked_first(lambda: _usable_key.first(key_hash=ApiKey.hashed(value), at=wall_now()))
        if key is None:
            raise Unauthorized
        credentials.remember(key)
        return key.organization, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the organization."}
