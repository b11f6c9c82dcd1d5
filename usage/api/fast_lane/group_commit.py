"""Requests of all connections of a process share one transaction, and are answered after its COMMIT."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

# Where so many came together, those who were just answered are about to come again: a moment's pause lets them join the
# group that has gathered, instead of a second one with the fixed cost of its own.
MANY, PAUSE_SECONDS = 10, 0.005

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Waiting(NamedTuple, Generic[Item, Outcome]):
    item: Item
    size: int
    bytes: int
    outcome: "asyncio.Future[Outcome]"


class GroupCommit(Generic[Item, Outcome]):
    """``settle`` takes what waits, on a thread of its own with its lasting connection, and gives outcomes in order.

    While it is at it, the next group gathers. ``most_size`` bounds a group and ``most_bytes`` all that waits or is
    being settled; ``watch`` is told that at the beginning and end of every group.
    """

    def __init__(
        self,
        settle: Callable[[Sequence[Item]], Sequence[Outcome]],
        *,
        most_size: int,
        most_bytes: int,
        watch: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._settle, self._most_size, self._most_bytes, self._watch = settle, most_size, most_bytes, watch
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="group-commit")
        self._waiting: deque[Waiting[Item, Outcome]] = deque()
        self._settling: asyncio.Task[None] | None = None
        self.bytes = 0

    @property
    def is_full(self) -> bool:
        return self.bytes >= self._most_bytes

    async def outcome(self, item: Item, *, size: int, bytes: int) -> Outcome:
        """What became of ``item``, once that is certain."""
        loop = asyncio.get_running_loop()
        waiting: Waiting[Item, Outcome] = Waiting(item, size, bytes, loop.create_future())
        self._waiting.append(waiting)
        self.bytes += bytes
        if self._settling is None:
            self._settling = loop.create_task(self._settle_all())
        return await waiting.outcome

    async def _settle_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group = self._next_group()
                self._watch(self.bytes)
                items = [waiting.item for waiting in group]
                self._tell(group, await loop.run_in_executor(self._thread, self._settle, items))
                self._watch(self.bytes)
                if len(group) >= MANY:
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self._settling = None

    def _next_group(self) -> list[Waiting[Item, Outcome]]:
        group = [self._waiting.popleft()]
        size = group[0].size
        while self._waiting and size + self._waiting[0].size <= self._most_size:
            group.append(self._waiting.popleft())
            size += group[-1].size
        return group

    def _tell(self, group: Sequence[Waiting[Item, Outcome]], outcomes: Sequence[Outcome]) -> None:
        for waiting, outcome in zip(group, outcomes, strict=True):
            self.bytes -= waiting.bytes
            # A client that left has canceled its request; its events are stored all the same.
            if not waiting.outcome.done():
                waiting.outcome.set_result(outcome)
