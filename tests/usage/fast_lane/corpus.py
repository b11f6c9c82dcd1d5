"""Requests with events, good and bad, of every kind that the endpoints tell apart."""

import json
from typing import Any

from tests.usage.fast_lane.wire import BATCH, SINGLE, Case

EVENT = {
    "transaction_id": "t1",
    "external_subscription_id": "sub",
    "code": "tokens",
    "timestamp": 1700000000,
    "properties": {"value": 12},
}


def single(name: str, **fields: Any) -> Case:
    return Case(name, json.dumps({"event": {**EVENT, **fields}}).encode())


def batch(name: str, *events: Any, **options: Any) -> Case:
    return Case(name, json.dumps({"events": list(events)}).encode(), BATCH, **options)


def an_event(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {**EVENT, "transaction_id": f"t{number}", **fields}


def raw_number(number: str, path: str = SINGLE) -> Case:
    """As text, because Python's JSON would round it."""
    event = '{"transaction_id": "t", "code": "c", "timestamp": 1, "properties": {"a": ' + number + "}}"
    body = '{"event": ' + event + "}" if path == SINGLE else '{"events": [' + event + "]}"
    return Case(f"number {number[:12]} to {path}", body.encode(), path)


TIMESTAMPS: tuple[Any, ...] = (
    None, "", 0, 1700000000.5, 1.7e9, -1, 1700000000000, "1700000000.123456789", "9" * 20, "9" * 300, True, [1], {},
    "yesterday", "2023-11-14", "2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20Z", "1969-12-31", " 1700000000 ",
    "2999-12-31T23:59:59.999999Z", "3000-01-01",
)  # fmt: skip
TEXTS = (
    None,
    "",
    " ",
    7,
    1.5,
    True,
    [1],
    {"a": 1},
    "x" * 255,
    "x" * 256,
    "a\0b",
    "ünï 日本 😀",
    "a\tb\\N\n/\r",
    "\u2028",
)
PROPERTIES: tuple[Any, ...] = (
    None, {}, [], [1], "a", 3, True, {"a": "\0"}, {"a\0": 1}, {"ü": "日本 😀", 'q"': "\\N\t\n\r"},
    {"n": {"a": [1, None, True]}}, {"": ""}, {"a": "\ud83d\ude00"},
)  # fmt: skip
AMOUNTS = (None, "", "1.230", 12, 1.5, "-3", "1e3", "much", True, {"a": 1}, "9" * 19 + "." + "9" * 40, "9" * 90, "0.10")
NUMBERS = (
    "12345678901234567.8910", "1E5", "-0", "-0.0", "1e200000", "-1e200000", "1e-200000", "1" * 400, "0." + "1" * 60,
    "01", "NaN", "1.",
)  # fmt: skip
BODIES = (
    b"", b" ", b"{", b"null", b"[]", b"3", b'"event"', b"{}", b'{"event": null}', b'{"event": 3}', b'{"event": []}',
    b'{"event": {}}', b'{"event": {}}x', b'{"events": []}', b'{"events": null}', b'{"events": {}}', b'{"events": 3}',
    b'{"events": [null]}', b'{"events": [3, {}, []]}', b"[" * 10_000, b'{"event":' * 3000, b"\xff",
    b'\xef\xbb\xbf{"event": {"transaction_id": "t", "code": "c"}}',
    '{"event": {"transaction_id": "t", "code": "c"}}'.encode("utf-16"),
    b'{"event": {"transaction_id": "t", "code": "c", "properties": {"a": "\xff"}}}',
    b'{"event": {"transaction_id": "\\ud800", "code": "c"}}',
    b'{"event": {"transaction_id": "t", "code": "c", "properties": {"a": "\\ud800"}, "timestamp": 1}}',
    b'{"event": {"transaction_id": "t", "code": "c", "timestamp": 1, "properties": {"a" : 1 ,\n "b":[ ] }, "x": [1]}}',
    b'{"event": {"transaction_id": "t", "transaction_id": "u", "code": "c", "timestamp": 1}, "event": 3}',
    b"transaction_id=t&code=c",
)  # fmt: skip
WHO = (
    (), ("",), ("Bearer",), ("Bearer ",), ("{key}",), ("Basic {key}",), ("bearer   {key}  x",), ("Bearer wrong",),
    ("Bearer {key}x",), ("Bearer\t{key}",), ("Bearer {key}", "Bearer wrong"), ("Bearer\xa0{key}",),
)  # fmt: skip
HEADERS = (
    (), (("Content-Type", "text/plain"),), (("Content-Type", "application/x-www-form-urlencoded"),),
    (("Content-Type", "multipart/form-data; boundary=x"),), (("Content-Type", "application/json; charset=latin-1"),),
    (("Accept", "text/html"),), (("Accept-Language", "de"), ("Cookie", "sessionid=x")), (("Origin", "https://elsewhere"),),
    (("X-HTTP-Method-Override", "DELETE"),), (("X-Forwarded-Proto", "https"),), (("Content-Encoding", "gzip"),),
)  # fmt: skip
PATHS = (
    f"{SINGLE}/", f"{BATCH}/", f"{SINGLE}?a=1&format=xml", f"{BATCH}?page=x", "/api/v1/event%73", "/api/v1//events",
    "/api/v1/Events", "/api/v1/events/t1",
)  # fmt: skip
GOOD = json.dumps({"event": EVENT}).encode()

CORPUS: list[Case] = [
    *(single(f"timestamp {value!r:.30}", timestamp=value) for value in TIMESTAMPS),
    *(single(f"{name} {value!r:.30}", **{name: value}) for value in TEXTS
      for name in ("transaction_id", "code", "external_subscription_id")),
    *(single(f"properties {value!r:.40}", properties=value) for value in PROPERTIES),
    *(single(f"amount {value!r:.30}", precise_total_amount_cents=value) for value in AMOUNTS),
    *(raw_number(number, path) for number in NUMBERS for path in (SINGLE, BATCH)),
    *(Case(f"{path} {body[:40]!r}", body, path) for body in BODIES for path in (SINGLE, BATCH)),
    *(Case(f"authorization {who}", GOOD, authorization=who) for who in WHO),
    *(Case(f"wrong key and {body[:9]!r}", body, authorization=("Bearer wrong",)) for body in BODIES[:4]),
    *(Case(f"headers {headers}", GOOD, headers=headers) for headers in HEADERS),
    *(Case(f"path {path}", GOOD, path) for path in PATHS),
    *(Case(f"{method} {path}", GOOD, path, method)
      for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE") for path in (SINGLE, BATCH)),
    Case("a host that is not ours", GOOD, host="elsewhere.example"),
    Case("a host with a port", GOOD, host="localhost:8000"),
    Case("no host", GOOD, host=""),
    single("a value that the expression computes", code="computed", properties={"a": 3}),
    single("a value that the expression cannot compute", code="computed", properties={"b": 3}),
    Case("an event that is there", GOOD, before=(Case("first", GOOD),)),
    batch("one event", an_event()),
    batch("three events", an_event(1), an_event(2), an_event(3, timestamp=None)),
    batch("an event twice", an_event(1), an_event(2), an_event(1)),
    batch("bad ones among good", an_event(1), 3, an_event(2, code=None), an_event(3, code=1.5), None),
    batch("bad ones and one twice", an_event(1), an_event(1), an_event(2, code=None)),
    batch("known among new", an_event(2), an_event(1), before=(Case("first", GOOD),)),
    batch("some that cannot be computed", an_event(1, code="computed"), an_event(2)),
    batch("no events"),
    batch("a thousand", *(an_event(number) for number in range(1000))),
    batch("a thousand and one", *(an_event(number) for number in range(1001))),
    batch("large properties", *(an_event(number, properties={"text": "x" * 5000}) for number in range(300))),
    Case("more than the site takes", b'{"event": "' + b"x" * (32 * 1024 * 1024 + 1)),
]  # fmt: skip
