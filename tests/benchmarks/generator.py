"""Sends events as fast as they are taken; a process of its own, started by ``load.py``.

Reads a ``Load`` as JSON, builds all requests, says ``ready``, and on a line of input sends them over many connections
until the time is up, each connection one request after the other. Writes what it saw as JSON. It knows nothing of the
project, and reads of an answer no more than its status and length.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import uvloop

SUBSCRIPTIONS = 100_000
CODES = 5
MONTH = 30 * 86_400


@dataclass(frozen=True)
class Load:
    """``repeated`` is the share of requests that are sent again, ``backdated`` that of events a month or two old."""

    name: str
    port: int
    key: str
    connections: int
    seconds: float
    batch: int = 100
    requests: int = 1000
    chunked: bool = False
    repeated: float = 0
    backdated: float = 0
    subscriptions: int = SUBSCRIPTIONS


@dataclass(frozen=True)
class Request:
    """``hundredths`` is the sum of its events' values."""

    content: bytes
    events: int
    hundredths: int


class Sender(asyncio.Protocol):
    def __init__(self, run: "Run") -> None:
        self.run, self.received, self.missing = run, b"", 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        request = self.run.next_request()
        if request is None:
            self.transport.close()
            self.run.ended()
            return
        self.request, self.sent_at = request, time.perf_counter()
        self.transport.write(request.content)

    def data_received(self, data: bytes) -> None:
        if self.missing:
            self.missing -= len(data)
        else:
            self.received += data
            head, end, body = self.received.partition(b"\r\n\r\n")
            if not end:
                return
            self.status = int(head[9:12])
            self.missing = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
        if self.missing <= 0:
            self.run.answered(self.request, self.status, time.perf_counter() - self.sent_at)
            self.received, self.missing = b"", 0
            self.send()

    def connection_lost(self, reason: Exception | None) -> None:
        if reason is not None or not self.transport.is_closing():
            raise SystemExit(f"the server closed a connection: {reason}")


class Run:
    def __init__(self, load: Load, requests: Iterator[Request]) -> None:
        self.load, self.requests = load, requests
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        self.events = self.hundredths = 0
        self.open = load.connections

    async def go(self) -> dict[str, Any]:
        self.end, self.done = time.perf_counter() + self.load.seconds, asyncio.Event()
        begin, used = time.perf_counter(), time.process_time()
        loop = asyncio.get_running_loop()
        for _ in range(self.load.connections):
            await loop.create_connection(lambda: Sender(self), "127.0.0.1", self.load.port)
        await self.done.wait()
        percentiles = statistics.quantiles(self.latencies, n=100)
        return {
            "seconds": time.perf_counter() - begin,
            "cpu_seconds": time.process_time() - used,
            "events": self.events,
            "hundredths": self.hundredths,
            "statuses": dict(self.statuses),
            "p50": percentiles[49],
            "p99": percentiles[98],
        }

    def next_request(self) -> Request | None:
        return next(self.requests, None) if time.perf_counter() < self.end else None

    def answered(self, request: Request, status: int, latency: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(latency)
        if status == 200:
            self.events += request.events
            self.hundredths += request.hundredths

    def ended(self) -> None:
        self.open -= 1
        if not self.open:
            self.done.set()


def built(load: Load) -> list[Request]:
    chance, requests = random.Random(load.name), list[Request]()
    now = int(time.time())
    while len(requests) < load.requests:
        # A client that repeats a request has sent it a while ago.
        if len(requests) > 200 and chance.random() < load.repeated:
            requests.append(requests[-200])
        else:
            requests.append(_request(load, chance, now, len(requests) * load.batch))
    return requests


def _request(load: Load, chance: random.Random, now: int, first: int) -> Request:
    events, total = [], 0
    for number in range(first, first + load.batch):
        age = MONTH + chance.randrange(MONTH) if chance.random() < load.backdated else chance.randrange(600)
        value = number % 1000
        total += value * 100 + 25
        subscription, code = chance.randrange(load.subscriptions), number % CODES
        events.append(
            f'{{"transaction_id":"{load.name:.>28}-{number:011d}","external_subscription_id":"sub-{subscription}",'
            f'"code":"code-{code}","timestamp":{now - age}.125,"properties":{{"value":{value}.25,"region":"eu-west"}}}}'
        )
    if load.batch == 1:
        path, body = "/api/v1/events", f'{{"event":{events[0]}}}'.encode()
    else:
        path, body = "/api/v1/events/batch", f'{{"events":[{",".join(events)}]}}'.encode()
    return Request(_http(load, path, body), load.batch, total)


def _http(load: Load, path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {load.key}\r\n"
    head += "Content-Type: application/json\r\n"
    if load.chunked:
        return f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def main() -> None:
    load = Load(**json.loads(sys.stdin.readline()))
    run = Run(load, iter(built(load)))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(uvloop.run(run.go())), flush=True)


def as_json(load: Load) -> str:
    return json.dumps(asdict(load))


if __name__ == "__main__":
    main()
