"""Many requests, one settlement after the other."""

import asyncio
import threading
from collections.abc import Sequence

from tests.support.asynchronous import run_apart
from usage.api.fast_lane.group_commit import GroupCommit


class Doubling:
    """Settles numbers by doubling them; the first group waits for ``go``."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go = threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.groups.append(list(numbers))
        assert self.go.wait(10)
        return [2 * number for number in numbers]


async def ask(commits: GroupCommit[int, int], *numbers: int) -> "list[asyncio.Task[int]]":
    asked = [asyncio.create_task(commits.outcome(number, size=number, bytes=10)) for number in numbers]
    await asyncio.sleep(0)
    return asked


def test_what_gathers_during_a_settlement_shares_the_next_one() -> None:
    doubling = Doubling()

    async def story() -> list[int]:
        commits = GroupCommit(doubling, most_size=100, most_bytes=1000)
        first = await ask(commits, 1)
        await asyncio.sleep(0.05)
        later = await ask(commits, 2, 3, 4)
        doubling.go.set()
        return await asyncio.gather(*first, *later)

    assert run_apart(story()) == [2, 4, 6, 8]
    assert doubling.groups == [[1], [2, 3, 4]]


def test_a_group_has_a_largest_size_but_takes_one_request_of_any() -> None:
    doubling = Doubling()
    doubling.go.set()

    async def story() -> list[int]:
        commits = GroupCommit(doubling, most_size=5, most_bytes=1000)
        return await asyncio.gather(*await ask(commits, 2, 3, 9, 1))

    assert run_apart(story()) == [4, 6, 18, 2]
    assert doubling.groups == [[2, 3], [9], [1]]


def test_it_is_full_while_too_much_waits_and_not_afterwards() -> None:
    doubling = Doubling()

    async def story() -> tuple[bool, bool, bool]:
        commits = GroupCommit(doubling, most_size=100, most_bytes=25)
        asked = await ask(commits, 1, 2)
        before = commits.is_full
        asked += await ask(commits, 3)
        full = commits.is_full
        doubling.go.set()
        await asyncio.gather(*asked)
        return before, full, commits.is_full

    assert run_apart(story()) == (False, True, False)


def test_a_client_that_leaves_disturbs_nobody() -> None:
    doubling = Doubling()

    async def story() -> tuple[int, int]:
        commits = GroupCommit(doubling, most_size=100, most_bytes=25)
        gone, stays = await ask(commits, 1, 2)
        gone.cancel()
        doubling.go.set()
        return await stays, commits.bytes

    assert run_apart(story()) == (4, 0)
    assert doubling.groups == [[1, 2]]
