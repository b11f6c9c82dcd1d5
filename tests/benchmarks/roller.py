"""Keeps the buckets up while a benchmark runs, with the worker's own task; a process of its own.

On SIGTERM it takes what is left and ends.
"""

import os
import signal
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
django.setup()

from usage.rollup import roll  # noqa: E402
from usage.tasks import PAUSE_SECONDS  # noqa: E402

is_stopped = False


def stop(*_: Any) -> None:
    global is_stopped
    is_stopped = True


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    while not is_stopped:
        roll()
        time.sleep(PAUSE_SECONDS)
    roll()


if __name__ == "__main__":
    main()
