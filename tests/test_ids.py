"""Identifiers: unlike each other, and in the order in which they were made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from linli.lib.ids import new_id


def test_identifiers_come_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(5_000)]
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_threads_get_no_identifier_twice() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id(), range(20_000)))
    assert len(set(made)) == len(made)
