"""The few calls of our REST API that the demo makes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import httpx
from django.core.management.base import CommandError

# The longest batch that the API takes.
BATCH = 1000
ALREADY_THERE = {"transaction_id": ["value_already_exist"]}
Json = dict[str, Any]


@dataclass(slots=True)
class Posted:
    """How many events were taken, and how many were refused because they were there already."""

    accepted: int = 0
    refused: int = 0


class DemoClient:
    def __init__(self, base_url: str, api_key: str) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        self._http = httpx.Client(base_url=f"{base_url}/api/v1/", headers=headers, timeout=120)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        answer = self._http.request(method, path, json=body)
        if answer.is_error:
            raise CommandError(f"{method} {path} was refused: {answer.text[:500]}")
        return dict(answer.json())

    def create(self, path: str, root: str, values: Mapping[str, Any]) -> Json:
        """The new object, or the one of the same code that an earlier demo made."""
        answer = self._http.post(path, json={root: values})
        if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and "value_already_exist" in answer.text:
            return dict(self.call("GET", f"{path}/{values['code']}")[root])
        if answer.is_error:
            raise CommandError(f"POST {path} was refused: {answer.text[:500]}")
        return dict(answer.json()[root])

    def post_events(self, events: Iterable[Json]) -> Posted:
        """In batches. A batch is all or nothing, so one with events of before is sent again without them."""
        posted = Posted()
        for batch in _batches(events):
            known = self._refused(batch)
            new = [event for index, event in enumerate(batch) if str(index) not in known]
            if known and new and self._refused(new):
                raise CommandError("a batch was refused twice; is somebody else posting the same events?")
            posted.accepted += len(new)
            posted.refused += len(known)
        return posted

    def _refused(self, batch: list[Json]) -> set[str]:
        """The positions of the events that the API has already; empty when it took the batch."""
        answer = self._http.post("events/batch", json={"events": batch})
        if not answer.is_error:
            return set()
        details = answer.json().get("error_details") or {"": answer.text}
        duplicates = {index for index, errors in details.items() if errors == ALREADY_THERE}
        if len(duplicates) < len(details):
            raise CommandError(f"events were refused: {answer.text[:500]}")
        return duplicates


def _batches(events: Iterable[Json]) -> Iterator[list[Json]]:
    remaining = iter(events)
    while batch := list(islice(remaining, BATCH)):
        yield batch
