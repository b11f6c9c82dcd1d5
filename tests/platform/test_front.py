"""The synchronous site behind the ASGI server, driven by plain ASGI messages."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from billing_site.front import ThreadedSite, request
from billing_site.front.types import Message, Scope
from tests.support.asynchronous import run_apart


class Answer:
    """A WSGI answer as Django's: closed at the end of the request, streamed or not."""

    def __init__(self, *chunks: bytes, streaming: bool = False) -> None:
        self.chunks, self.streaming, self.is_closed = chunks, streaming, False

    def __iter__(self) -> Iterable[bytes]:
        return iter(self.chunks)

    def close(self) -> None:
        self.is_closed = True


def site(answer: Answer, seen: dict[str, Any], headers: Iterable[tuple[str, str]] = ()) -> Callable[..., Answer]:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", list(headers))
        return answer

    return application


def scope(*headers: tuple[bytes, bytes], path: str = "/") -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"a=1",
        "http_version": "1.1",
        "headers": headers,
    }


def body(*parts: bytes) -> list[Message]:
    return [
        {"type": "http.request", "body": part, "more_body": number < len(parts)} for number, part in enumerate(parts, 1)
    ]


def exchange(application: Callable[..., Any], asked: Scope, messages: list[Message]) -> list[Message]:
    """What the site sends when it receives ``messages``."""
    sent: list[Message] = []
    left = iter(messages)

    async def receive() -> Message:
        return next(left)

    async def send(message: Message) -> None:
        sent.append(message)

    run_apart(ThreadedSite(application, threads=1)(asked, receive, send))
    return sent


def test_a_request_in_pieces_reaches_the_site_whole_and_with_its_length() -> None:
    seen: dict[str, Any] = {}
    answer = Answer(b"fine")
    sent = exchange(site(answer, seen, [("X-Kind", "test")]), scope(path="/ü"), body(b"one ", b"two"))
    assert (seen["body"], seen["CONTENT_LENGTH"], seen["QUERY_STRING"]) == (b"one two", "7", "a=1")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/ü"
    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": [(b"x-kind", b"test")]},
        {"type": "http.response.body", "body": b"fine"},
    ]
    assert answer.is_closed


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    seen: dict[str, Any] = {}
    exchange(
        site(Answer(), seen), scope((b"x_forwarded_proto", b"https"), (b"x-mark", b"1"), (b"x-mark", b"2")), body(b"")
    )
    assert "HTTP_X_FORWARDED_PROTO" not in seen
    assert seen["HTTP_X_MARK"] == "1,2"


def test_a_stream_of_unknown_length_is_sent_piece_by_piece() -> None:
    sent = exchange(site(Answer(b"one", b"two", streaming=True), {}), scope(), body(b""))
    assert [message.get("body") for message in sent] == [None, b"one", b"two", b""]


def test_a_short_stream_is_sent_in_one_piece() -> None:
    answer = Answer(b"one", b"two", streaming=True)
    sent = exchange(site(answer, {}, [("Content-Length", "6")]), scope(), body(b""))
    assert [message.get("body") for message in sent] == [None, b"onetwo"]


def test_a_body_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MAX_BODY_BYTES", 4)
    seen: dict[str, Any] = {}
    sent = exchange(site(Answer(), seen), scope(), body(b"123", b"45"))
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"]) == {"status": 413, "error": "Request Entity Too Large"}
    assert seen == {}


def test_a_client_that_leaves_before_the_end_gets_no_thread() -> None:
    seen: dict[str, Any] = {}
    sent = exchange(site(Answer(), seen), scope(), [*body(b"half", b"")[:1], {"type": "http.disconnect"}])
    assert sent == []
    assert seen == {}


def test_it_takes_part_in_the_servers_lifespan() -> None:
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = exchange(site(Answer(), {}), {"type": "lifespan"}, messages)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
