"""Time-ordered UUIDs (version 7, RFC 9562): rows made together lie together in the index."""

import os
import threading
import time
import uuid
from datetime import datetime

_lock = threading.Lock()
_last = 0


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
    random_bits = int.from_bytes(os.urandom(8), "big") >> 2
    value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | random_bits
    return uuid.UUID(int=value)
