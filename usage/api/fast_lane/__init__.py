"""The fast lane: POST of events in front of Django, with the same answers byte for byte.

lane (which requests, in and out) → group commit (one flush for all that wait) → settle (keys, store) → answers.
"""

from usage.api.fast_lane.lane import FastLane

__all__ = ["FastLane"]
