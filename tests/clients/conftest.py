"""A sandbox behind a real socket, for the published clients."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from customers.services.api_key import create_api_key
from tests.support.builders import an_organization


@dataclass(frozen=True)
class Account:
    """What a newcomer is given: the address, the key. The test clock stands at 1 January 2024."""

    url: str
    api_key: str

    def move_clock(self, to: str) -> dict[str, Any]:
        """The one call of the story that the clients do not know."""
        answer = httpx.put(
            f"{self.url}/api/v1/test_clock",
            json={"test_clock": {"now": to}},
            headers={"Authorization": f"Bearer {self.api_key}"},
            timeout=60,
        )
        answer.raise_for_status()
        return dict(answer.json()["test_clock"])


@pytest.fixture
def account(live_server) -> Account:
    organization = an_organization()
    _, key = create_api_key(organization=organization, at=organization.now())
    return Account(live_server.url, key)
