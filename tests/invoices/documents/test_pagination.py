from hypothesis import given
from hypothesis import strategies as st

from invoices.documents.blocks import Block, PageRoom, gap, paginate

ROOM = PageRoom(first=60, following=90, table_head=10)
blocks = st.lists(
    st.builds(
        Block,
        st.integers(1, 60),
        st.just(lambda pen, top: None),
        keeps_with_next=st.booleans(),
        in_table=st.booleans(),
    ),
    min_size=1,
    max_size=60,
)


def block(height: float, *, keeps_with_next: bool = False) -> Block:
    return gap(height, keeps_with_next=keeps_with_next)


def test_blocks_that_keep_together_move_to_the_next_page_together():
    heading, row = block(10, keeps_with_next=True), block(10)
    # 45 + 10 would fit the 60 of the first page, 45 + 10 + 10 would not.
    pages = paginate([block(45), heading, row], ROOM)
    assert [[one.height for one in page] for page in pages] == [[45], [10, 10]]


def test_a_chain_taller_than_a_page_is_broken_between_blocks():
    chain = [block(40, keeps_with_next=True) for _ in range(5)]
    assert [len(page) for page in paginate(chain, ROOM)] == [1, 2, 2]


def test_a_page_that_begins_in_the_table_has_less_room():
    rows = [Block(30, lambda pen, top: None, in_table=True) for _ in range(6)]
    # 60 / 30 = 2 on the first page, (90 - 10) / 30 = 2 on each of the others.
    assert [len(page) for page in paginate(rows, ROOM)] == [2, 2, 2]


@given(blocks)
def test_every_block_is_dealt_once_and_in_order(flow):
    assert [one for page in paginate(flow, ROOM) for one in page] == flow


@given(blocks)
def test_no_page_is_empty_or_overfull(flow):
    for number, page in enumerate(paginate(flow, ROOM)):
        room = ROOM.first if number == 0 else ROOM.following - ROOM.table_head * page[0].in_table
        assert page
        assert sum(one.height for one in page) <= room
