"""A receiver of webhooks behind a real socket, and what an organization's endpoints were told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from customers.models import Organization, WebhookEndpoint, WebhookMessage
from customers.services.webhook import create_webhook_endpoint
from customers.webhooks import with_payloads


class Received(NamedTuple):
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers with ``statuses`` one after the other, the last one for ever; a 302 leads to ``location``."""

    def __init__(self, port: int, *statuses: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks"
        self.statuses = list(statuses) or [200]
        self.location = self.url
        self.received: list[Received] = []

    def answer(self, received: Received) -> int:
        self.received.append(received)
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def a_receiver(*statuses: int) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.answer(Received(dict(self.headers), body)))
            self.send_header("Location", receiver.location)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port, *statuses)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def an_endpoint(organization: Organization, url: str = "https://hooks.example.com", **values: Any) -> WebhookEndpoint:
    return create_webhook_endpoint(organization=organization, webhook_url=url, at=organization.now(), **values)


def told(organization: Organization, webhook_type: str | None = None) -> list[dict[str, Any]]:
    """The payloads of the messages so far, oldest first."""
    messages = with_payloads(WebhookMessage.objects.filter(organization=organization).order_by("id"))
    return [each.payload or {} for each in messages if webhook_type in (None, each.webhook_type)]
