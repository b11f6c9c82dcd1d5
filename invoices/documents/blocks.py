"""The flow of a document: blocks of fixed height, and how they are dealt onto pages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from invoices.documents.pen import Pen

Painter = Callable[[Pen, float], None]
"""Paints a block whose upper edge is at the given y."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that never breaks. ``keeps_with_next``: no page break after it. ``in_table``: a page that begins
    with it repeats the table's head."""

    height: float
    paint: Painter
    keeps_with_next: bool = False
    in_table: bool = False


def gap(height: float, *, keeps_with_next: bool = False) -> Block:
    return Block(height, lambda pen, top: None, keeps_with_next=keeps_with_next)


@dataclass(frozen=True, slots=True)
class PageRoom:
    """Heights available to blocks; ``table_head`` is what a repeated head takes of a page that begins in the table."""

    first: float
    following: float
    table_head: float


def paginate(blocks: Sequence[Block], room: PageRoom) -> list[list[Block]]:
    """Deal ``blocks`` onto pages in order.

    Blocks that keep together go to the next page together. Only a chain that is taller than a whole page is
    broken, between blocks, so that every input ends in a finite number of pages.
    """
    pages: list[list[Block]] = [[]]
    left = room.first
    for chain in _chains(blocks):
        if pages[-1] and _height(chain) > left:
            pages.append([])
            left = _room_of_new_page(chain[0], room)
        for block in chain:
            if pages[-1] and block.height > left:
                pages.append([])
                left = _room_of_new_page(block, room)
            pages[-1].append(block)
            left -= block.height
    return pages


def _chains(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    chain: list[Block] = []
    for block in blocks:
        chain.append(block)
        if not block.keeps_with_next:
            yield chain
            chain = []
    if chain:
        yield chain


def _height(chain: Sequence[Block]) -> float:
    return sum(block.height for block in chain)


def _room_of_new_page(first: Block, room: PageRoom) -> float:
    return room.following - (room.table_head if first.in_table else 0)
