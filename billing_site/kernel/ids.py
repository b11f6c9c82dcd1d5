"""Time-ordered UUIDs (version 7, RFC 9562): rows made together lie together in the index."""

import os
import struct
import threading
import time
import uuid
from datetime import datetime

_lock = threading.Lock()
_last = 0
# Random bits for so many ids are drawn at once.
_DRAWN = 512
_random: list[int] = []


def first_uuid7_at(at: datetime) -> uuid.UUID:
    """Below every id that was made at ``at`` or later, above those made a millisecond before."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def uuid7() -> uuid.UUID:
    """A new UUIDv7; within one process strictly increasing, so that ids order equal instants."""
    global _last
    with _lock:
        # 60 bits: milliseconds and, below them, 12 bits of the fraction that count up on ties.
        _last = max(_last + 1, (time.time_ns() << 12) // 1_000_000)
        ticks = _last
        if not _random:
            _random.extend(struct.unpack(f"{_DRAWN}Q", os.urandom(8 * _DRAWN)))
        random_bits = _random.pop() >> 2
    return _uuid((ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | random_bits)


def _uuid(value: int) -> uuid.UUID:
    """As ``UUID(int=value)``, which takes three times as long to find out that it is one."""
    made = object.__new__(uuid.UUID)
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", uuid.SafeUUID.unknown)
    return made


# A forked process draws its own bits: with its parent's it would make its parent's ids.
os.register_at_fork(after_in_child=_random.clear)
