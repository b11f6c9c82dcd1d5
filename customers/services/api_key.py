"""Commands on API keys. A key's value is returned once and never stored."""

from datetime import datetime

from billing_site.kernel.commands import command
from customers.models import ApiKey, Organization


@command
def create_api_key(
    *, organization: Organization, at: datetime, name: str = "default", expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its value, which nobody can read again."""
    value = ApiKey.new_value()
    key = ApiKey.objects.create(
        organization=organization,
        name=name,
        key_hash=ApiKey.hashed(value),
        last_characters=value[-4:],
        expires_at=expires_at,
        created_at=at,
    )
    return key, value


@command
def rotate_api_key(*, api_key: ApiKey, at: datetime, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key of the same name; the old one ends at ``expires_at``, by default at once."""
    api_key.change(at=at, expires_at=expires_at or at)
    return create_api_key(organization=api_key.organization, at=at, name=api_key.name)


@command
def revoke_api_key(*, api_key: ApiKey, at: datetime) -> ApiKey:
    """From now on calls with this key are refused."""
    if api_key.revoked_at is None:
        api_key.change(at=at, revoked_at=at)
    return api_key
