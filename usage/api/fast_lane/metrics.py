"""What ``/metrics`` tells of the fast lane."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("meterbook_fast_lane_requests", "Requests that took the fast lane, refused ones included.")
EVENTS = Counter("meterbook_fast_lane_events", "Events that the fast lane wrote or refused as known.")
OVERLOADED = Counter("meterbook_fast_lane_overloaded", "Requests that were answered 429, because too much waits.")
WAITING_BYTES = Gauge(
    "meterbook_fast_lane_waiting_bytes", "Bodies that wait for their flush.", multiprocess_mode="livesum"
)
FLUSH_SECONDS = Histogram(
    "meterbook_fast_lane_flush_seconds",
    "How long a flush took.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
FLUSH_REQUESTS = Histogram(
    "meterbook_fast_lane_flush_requests",
    "How many requests shared a flush.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
