"""What people, programs and attackers send. Values are JSON unless they stand among the bytes."""

from typing import Any


def nested(levels: int) -> Any:
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return value


VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1e3,
    10**40,
    float("nan"),
    float("inf"),
    "",
    "   ",
    "\0",
    "\ud800",
    "nonsense",
    "1e3",
    "NaN",
    "-5",
    "9" * 40,
    "0.000000000000000000000000000001",
    "2024-13-45",
    "0001-01-01T00:00:00+14:00",
    "'; DROP TABLE customers_customer; --",
    "é" * 300,
    "x" * 5_000,
    [],
    {},
    [None],
    ["ours", "ours"],
    [{"a": [1]}],
    {"a": 1, "\0": "\0"},
    {"a": float("inf")},
    nested(60),
    nested(500),
]

CONTENTS: list[bytes] = [
    b"",
    b" ",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"1",
    b"1" * 5_000,
    b"1e400",
    b"NaN",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"\xff\xfe\x00",
    b'{"customer": "\xff"}',
    b"{}\0",
    b"\xef\xbb\xbf{}",
    b"name=value&other=value",
    b'{"events": [' + b"null," * 2_000 + b"null]}",
    b'{"filler": "' + b"x" * 3_000_000 + b'"}',
]

# Already written as they stand in an address.
PATH_VALUES = ["%00", "%ff", "..", "%2F", "%20", "a%20b", "%C3%A9", "'", "%25", "-1", "9" * 40, "x" * 5_000, "null"]

QUERY_VALUES = [
    "",
    "-1",
    "0",
    "1e3",
    "1e400",
    "NaN",
    "9" * 40,
    "%00",
    "%ff",
    "%ED%A0%80",
    "null",
    "true",
    "2024-13-45",
    "0001-01-01",
    "9999-12-31T23:59:59-12:00",
    "%25_%5C",
    "[]",
    "x" * 5_000,
]

AUTHORIZATIONS = [
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Bearer wrong",
    "wrong",
    "Bearer \xff",
    "Bearer " + "x" * 5_000,
    "Basic YTpi",
]
