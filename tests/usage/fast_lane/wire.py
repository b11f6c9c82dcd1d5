"""HTTP by hand: requests that no client library would send, and answers to the byte."""

import re
import socket
from dataclasses import dataclass, field

BATCH, SINGLE = "/api/v1/events/batch", "/api/v1/events"
# Of the moment, not of the request.
MOMENTARY = re.compile(rb'("created_at":"|"timestamp":")20[3-9][^"]*|("created_at":"|"timestamp":")202[6-9][^"]*')


@dataclass(frozen=True)
class Case:
    """A request; ``{key}`` in a header stands for the API key."""

    name: str
    body: bytes = b""
    path: str = SINGLE
    method: str = "POST"
    authorization: tuple[str, ...] = ("Bearer {key}",)
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    host: str = "localhost"
    before: tuple["Case", ...] = field(default=())


@dataclass(frozen=True)
class Reply:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def ask(port: int, case: Case, key: str, *, chunked: bool) -> Reply:
    """``chunked`` requests state no length and therefore never take the fast lane."""
    lines = [f"{case.method} {case.path} HTTP/1.1", f"Host: {case.host}", "Connection: close"]
    lines += [f"Authorization: {value.format(key=key)}" for value in case.authorization]
    lines += [f"{name}: {value}" for name, value in case.headers]
    lines += ["Transfer-Encoding: chunked"] if chunked else [f"Content-Length: {len(case.body)}"]
    content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(case.body), case.body) if chunked and case.body else case.body
    if chunked and not case.body:
        content = b"0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content)
        return _reply(b"".join(iter(lambda: connection.recv(65536), b"")))


def _reply(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple(tuple(line.split(": ", 1)) for line in lines)
    kept = tuple((name, value) for name, value in headers if name not in ("date", "server", "connection"))
    return Reply(int(status.split()[1]), kept, MOMENTARY.sub(b"\\1\\2now", body))
