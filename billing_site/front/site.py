"""Runs the synchronous site (a WSGI application) behind an ASGI server, on a fixed number of threads.

A request takes a thread only when its body is complete, and gives it back before its answer is sent, so that
slow clients hold no thread.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from billing_site.front.request import BodyTooLarge, ClientGone, read_body, wsgi_environ
from billing_site.front.response import Response, send_refusal
from billing_site.front.types import Receive, Scope, Send
from billing_site.kernel.errors import TooLarge


class ThreadedSite:
    def __init__(self, site: Callable[..., Iterable[bytes]], threads: int) -> None:
        self.site = site
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="site")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await answer_lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive)
        except BodyTooLarge:
            await send_refusal(send, TooLarge())
        except ClientGone:
            return
        else:
            await self.run(scope, body, send)

    async def run(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request whose body is read."""
        loop, environ = asyncio.get_running_loop(), wsgi_environ(scope, body)
        response = Response(loop, send)
        context = contextvars.copy_context()
        await loop.run_in_executor(self.threads, context.run, response.produce, self.site, environ)
        await response.finish()


async def answer_lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
