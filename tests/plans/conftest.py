"""What tests of the plans app listen to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.dispatch import Signal

from plans import signals


@pytest.fixture
def announced() -> Any:
    """``announced(signals.plan_updated)``: the arguments of everything sent since the test began."""
    heard: dict[Signal, list[dict[str, Any]]] = {}
    connected = [each for each in vars(signals).values() if isinstance(each, Signal)]
    listeners = {each: _listener(heard.setdefault(each, [])) for each in connected}
    for each, listener in listeners.items():
        each.connect(listener)
    yield heard.__getitem__
    for each, listener in listeners.items():
        each.disconnect(listener)


def _listener(heard: list[dict[str, Any]]) -> Callable[..., None]:
    def listen(sender: Any, **arguments: Any) -> None:
        heard.append(arguments)

    return listen
