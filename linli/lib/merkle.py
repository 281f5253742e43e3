"""The tree of the public log (RFC 9162, section 2.1; the same tree as RFC 6962): SHA-256, a leaf and a node hashed apart.

A path is a list of ranges of leaves, each with the hash of the tree over them; `inclusion_ranges` and `consistency_ranges` say
which. Whoever keeps all leaves hashes the ranges at once; whoever keeps hashes of whole parts looks most of them up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

EMPTY = hashlib.sha256().digest()
Range = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes. Level by level: the last one of an odd level goes up as it is."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        left_over = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + left_over
    return level[0]


def fold(parts: Sequence[bytes]) -> bytes:
    """The root over whole parts of falling size, as a range that begins at a whole part falls into them."""
    found = parts[-1]
    for part in reversed(parts[:-1]):
        found = node_hash(part, found)
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Which ranges' hashes lead from the leaf at `index` to the root over `size` leaves, lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} among {size}.")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """Which ranges' hashes show that the tree over `second` leaves begins with the tree over `first`."""
    if not 0 < first <= second:
        raise ValueError(f"No tree of {second} leaves begins with one of {first}.")
    found: list[Range] = []
    start, end = 0, second
    while end != first:
        middle = start + _half(end - start)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    # The tree over `first` is known to who asks, so it is not told when it is a whole part of the other one.
    return ([(start, end)] if start else []) + found[::-1]


def whole_parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A range that begins at a whole part, as (level, number) of the largest whole parts, left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


def consistency_path(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """That the tree over all `leaves` begins with the tree over the first ones."""
    return [root(leaves[start:end]) for start, end in consistency_ranges(first, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf hash at this index to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the second tree is the first one with more leaves behind it (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = [first_root, *path] if _is_whole(first) else list(path)
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    return bool(steps) and _walk(steps, number, last) == (first_root, second_root)


def _walk(steps: Sequence[bytes], number: int, last: int) -> tuple[bytes, bytes] | None:
    """The roots of the first and the second tree that the steps lead to; none where they are too many or too few."""
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if number & 1 or number == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        number, last = number >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _is_whole(size: int) -> bool:
    return size & (size - 1) == 0
