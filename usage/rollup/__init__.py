"""Folds events into buckets, and keeps the buckets true to their metrics."""

from usage.rollup.lock import steady_epoch
from usage.rollup.rebuild import rebuild_buckets
from usage.rollup.roll import Roll, roll

__all__ = ["Roll", "rebuild_buckets", "roll", "steady_epoch"]
