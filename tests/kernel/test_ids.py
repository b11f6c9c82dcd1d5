"""Ids are made in order, and never twice: not by a process that was forked either."""

import os

from billing_site.kernel.ids import uuid7


def test_ids_grow_and_are_of_version_7():
    ids = [uuid7() for _ in range(2000)]
    assert ids == sorted(set(ids))
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}


def test_a_forked_process_draws_bits_of_its_own():
    uuid7()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write_end, uuid7().bytes[8:])
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read_end, 8) != uuid7().bytes[8:]
