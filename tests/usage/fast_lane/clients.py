"""Clients that keep sending batches, whatever becomes of the server."""

import json
import threading

import httpx

from tests.support.usage import an_event

BATCH, CLIENTS = 20, 8


class Clients:
    """Send batches until told to stop, and remember which were acknowledged."""

    def __init__(self, port: int, key: str) -> None:
        self.url, self.headers = f"http://127.0.0.1:{port}/api/v1/events/batch", {"Authorization": f"Bearer {key}"}
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.send, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> "Clients":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def send(self, client: int) -> None:
        batch = 0
        with httpx.Client(headers=self.headers, timeout=20) as http:
            while not self.is_over.is_set():
                batch += 1
                names = [f"{client}-{batch}-{number}" for number in range(BATCH)]
                events = [
                    an_event(value=1, transaction_id=name, external_subscription_id=f"s{client % 3}") for name in names
                ]
                try:
                    answer = http.post(self.url, content=json.dumps({"events": events}))
                except httpx.HTTPError:
                    continue
                if answer.status_code == 200:
                    self.acknowledged += names
                else:
                    self.refused.append(answer.status_code)
