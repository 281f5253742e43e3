"""Python's collection of cyclic garbage, put off while a batch of thousands of objects is made that nothing can free yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_after() -> Iterator[None]:
    """Collect once at the end instead of at every few hundred new objects; what was there before is not looked at again."""
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if was_on:
            gc.enable()
