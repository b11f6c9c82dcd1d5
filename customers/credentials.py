"""The API keys that this process has seen open an organization.

What a key opens never changes, so it may be remembered; whether it may still be used is asked anew each time
(``usable_api_keys``), so that a revoked key is refused at once.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.prepared import prepared_cursor
from customers.models import ApiKey

MOST_REMEMBERED = 10_000
# As ``ApiKeyQuerySet.usable``, which takes longer to write this than the database to answer it.
_USABLE = """SELECT id FROM customers_apikey
    WHERE id = ANY(%s) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)"""


class Credential(NamedTuple):
    api_key_id: UUID
    organization_id: UUID
    is_sandbox: bool


_by_hash: dict[str, Credential] = {}


def presented_key(header: str) -> str | None:
    """The key in an ``Authorization`` header: its second word; the scheme's name is not looked at."""
    words = header.split()
    return words[1] if len(words) > 1 else None


def remember(key: ApiKey) -> None:
    if len(_by_hash) >= MOST_REMEMBERED:
        _by_hash.clear()
    _by_hash[key.key_hash] = Credential(key.id, key.organization_id, key.organization.sandbox)


def remembered(value: str) -> Credential | None:
    return _by_hash.get(ApiKey.hashed(value))


def usable_api_keys(ids: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Those of ``ids`` that are neither revoked nor expired nor gone. One statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_USABLE, [list(ids), at])
        return {key for (key,) in cursor.fetchall()}
