"""What the site answers: one body in one message; a stream message by message, as fast as the client takes it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from billing_site.front.types import Send
from billing_site.kernel.errors import BillingError

Headers = list[tuple[bytes, bytes]]

# A static file is a stream of 4 kB pieces: cheaper in one piece while it is small.
SHORT_STREAM_BYTES = 2 * 1024 * 1024


class Response:
    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop, self.send = loop, send
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self.is_streamed = False

    def produce(self, site: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        """Run the site. Called on one of its threads."""
        chunks = site(environ, self.start)
        try:
            if getattr(chunks, "streaming", False) and not self._is_short():
                self._stream(chunks)
            else:
                self.body = b"".join(chunks)
        finally:
            chunks.close()  # type: ignore[attr-defined]  # a Django response: ends the request on its thread

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    async def finish(self) -> None:
        if self.is_streamed:
            await self.send({"type": "http.response.body", "body": b""})
        else:
            await send_whole(self.send, self.status, self.headers, self.body)

    def _is_short(self) -> bool:
        length = dict(self.headers).get(b"content-length", b"")
        return length.isdigit() and int(length) <= SHORT_STREAM_BYTES

    def _stream(self, chunks: Iterable[bytes]) -> None:
        self.is_streamed = True
        self._wait(self.send({"type": "http.response.start", "status": self.status, "headers": self.headers}))
        for chunk in chunks:
            self._wait(self.send({"type": "http.response.body", "body": chunk, "more_body": True}))

    def _wait(self, sending: Awaitable[None]) -> None:
        asyncio.run_coroutine_threadsafe(awaited(sending), self.loop).result()


async def awaited(sending: Awaitable[None]) -> None:
    """A coroutine of any awaitable: the server's ``send`` returns a future of its own kind."""
    await sending


async def send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_refusal(send: Send, refusal: BillingError) -> None:
    """Before the site has seen the request, so in the API's envelope whatever was asked."""
    headers = [(b"content-type", b"application/json")]
    await send_whole(send, refusal.status, headers, json.dumps(refusal.envelope()).encode())
