"""Garbage is collected after a batch, also when the batch failed; and a batch leaves nothing behind."""

from __future__ import annotations

import gc
import weakref

import pytest

from linli.lib.collecting import collecting_after


class Knot:
    """Refers to itself, so only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_nothing_is_collected_within_a_batch_and_all_of_it_after() -> None:
    with collecting_after():
        assert not gc.isenabled()
        knot = weakref.ref(Knot())
        assert knot() is not None
    assert knot() is None
    assert gc.isenabled()


def test_a_batch_that_fails_leaves_collecting_on() -> None:
    with pytest.raises(ValueError, match="row"), collecting_after():
        raise ValueError("row")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
