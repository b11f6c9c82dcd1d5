"""Calls whose answers are judged: an envelope when refused, nothing changed unless asked for, never a 500."""

import json
from typing import Any

from django.db import transaction

from tests.api.routes import ROOT
from tests.api.stored import stored
from tests.api.world import Tenant

REFUSALS = {400, 401, 403, 404, 405, 422}
ENVELOPE = {"status", "error", "code", "error_details"}


class Caller:
    """Sends with a tenant's key. What a call changes is undone before the next one."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._untouched = stored()

    def send(self, method: str, path: str, content: bytes = b"", **headers: str) -> Any:
        """The answer to a call below the API's root, judged."""
        given = {"Authorization": f"Bearer {self.tenant.api.key}", **headers}
        with transaction.atomic():
            answer = self.tenant.api.client.generic(
                method, f"/{ROOT.rstrip('/')}{path}", content, content_type="application/json", headers=given
            )
            said = f"{method} {path[:200]} {content[:300]!r} → {answer.status_code}: {answer.content[:500].decode()}"
            judge(answer, said)
            if method == "GET" or answer.status_code in REFUSALS:
                assert stored() == self._untouched, f"something was left behind by {said}"
            transaction.set_rollback(True)
        return answer

    def send_json(self, method: str, path: str, body: Any) -> Any:
        return self.send(method, path, json.dumps(body).encode())


def judge(answer: Any, said: str) -> None:
    assert answer.status_code == 200 or answer.status_code in REFUSALS, said
    if answer.status_code in REFUSALS:
        envelope = json.loads(answer.content)
        assert envelope.keys() <= ENVELOPE, said
        assert envelope["status"] == answer.status_code, said
        assert envelope["error"], said
        assert (answer.status_code == 422) == ("error_details" in envelope), said
