"""The tree of the public log: known vectors, an older implementation as judge, and every way to be wrong by a step."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pymerkle import InmemoryTree

from linli.lib import merkle

# The tree of eight entries that the authors of RFC 6962 test with.
ENTRIES = [bytes.fromhex(entry) for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
MOST = 70
MANY = [merkle.leaf_hash(str(number).encode()) for number in range(MOST)]
sizes = some.integers(1, MOST)


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_known_inclusion_path_comes_out() -> None:
    assert [step.hex() for step in merkle.inclusion_path(LEAVES[:3], 2)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]
    assert [step.hex() for step in merkle.inclusion_path(LEAVES, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_the_known_consistency_path_comes_out() -> None:
    assert [step.hex() for step in merkle.consistency_path(LEAVES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(size=sizes, index=some.integers(0, MOST - 1))
def test_an_older_implementation_gives_the_same_root_and_the_same_inclusion_path(size: int, index: int) -> None:
    index %= size
    judge = InmemoryTree.init_from_entries([str(number).encode() for number in range(size)], algorithm="sha256")
    assert merkle.root(MANY[:size]) == judge.get_root()
    told = judge.prove_inclusion(index + 1).serialize()
    # It tells the leaf itself as the first step.
    assert [MANY[index].hex(), *(step.hex() for step in merkle.inclusion_path(MANY[:size], index))] == told["path"]


@given(size=sizes, first=sizes)
def test_our_consistency_path_leads_from_root_to_root_of_an_older_implementation(size: int, first: int) -> None:
    first, size = sorted((first, size))
    judge = InmemoryTree.init_from_entries([str(number).encode() for number in range(size)], algorithm="sha256")
    older, newer = judge.get_root(first), judge.get_root(size)
    assert merkle.verify_consistency(first, size, older, newer, merkle.consistency_path(MANY[:size], first))


def test_every_leaf_of_every_tree_is_proven_and_nothing_else_is() -> None:
    for size in range(1, 34):
        leaves, root = MANY[:size], merkle.root(MANY[:size])
        for index in range(size):
            path = merkle.inclusion_path(leaves, index)
            assert merkle.verify_inclusion(leaves[index], index, size, path, root)
            assert not merkle.verify_inclusion(MANY[index + 1], index, size, path, root)
            assert not merkle.verify_inclusion(leaves[index], index, size, [*path, root], root)
            assert size == 1 or not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root)
            assert not merkle.verify_inclusion(leaves[index], index, size, path, merkle.EMPTY)
            others = [other for other in range(size) if other != index]
            assert not any(merkle.verify_inclusion(leaves[index], other, size, path, root) for other in others)


def test_every_tree_is_shown_to_begin_every_later_one_and_no_other_is() -> None:
    for second in range(1, 34):
        newer = merkle.root(MANY[:second])
        for first in range(1, second + 1):
            older, path = merkle.root(MANY[:first]), merkle.consistency_path(MANY[:second], first)
            assert merkle.verify_consistency(first, second, older, newer, path)
            assert not merkle.verify_consistency(first, second, merkle.EMPTY, newer, path)
            assert not merkle.verify_consistency(first, second, older, merkle.EMPTY, path)
            assert not merkle.verify_consistency(first, second, older, newer, [*path, older])
            assert first == second or not merkle.verify_consistency(first, second, older, newer, path[:-1])


@given(size=some.integers(2, MOST), first=sizes, at=some.integers(0, 20), bit=some.integers(0, 255))
def test_one_wrong_bit_of_a_path_is_found(size: int, first: int, at: int, bit: int) -> None:
    first = first % (size - 1) + 1
    leaves, index = MANY[:size], first - 1
    inclusion, consistency = merkle.inclusion_path(leaves, index), merkle.consistency_path(leaves, first)
    for path in (inclusion, consistency):
        step = at % len(path)
        changed = int.from_bytes(path[step], "big") ^ (1 << bit)
        path[step] = changed.to_bytes(32, "big")
    root = merkle.root(leaves)
    assert not merkle.verify_inclusion(leaves[index], index, size, inclusion, root)
    assert not merkle.verify_consistency(first, size, merkle.root(leaves[:first]), root, consistency)


@given(size=sizes, start=some.integers(0, MOST))
def test_whole_parts_cover_a_range_and_fold_to_its_root(size: int, start: int) -> None:
    for begin, end in [
        *merkle.inclusion_ranges(start % size, size),
        *merkle.consistency_ranges(start % size + 1, size),
    ]:
        parts = list(merkle.whole_parts(begin, end))
        assert [number << level for level, number in parts] == [
            begin + sum(1 << level for level, _ in parts[:count]) for count in range(len(parts))
        ]
        hashes = [merkle.root(MANY[number << level : (number + 1) << level]) for level, number in parts]
        assert merkle.fold(hashes) == merkle.root(MANY[begin:end])


def test_what_is_not_in_a_tree_has_no_path() -> None:
    with pytest.raises(ValueError, match="no leaf 3 among 3"):
        merkle.inclusion_path(MANY[:3], 3)
    with pytest.raises(ValueError, match="of 3 leaves begins with one of 4"):
        merkle.consistency_path(MANY[:3], 4)
    with pytest.raises(ValueError, match="begins with one of 0"):
        merkle.consistency_path(MANY[:3], 0)
    assert not merkle.verify_inclusion(MANY[0], 3, 3, [], MANY[0])
    assert not merkle.verify_consistency(0, 3, merkle.EMPTY, merkle.root(MANY[:3]), [])
    assert not merkle.verify_consistency(4, 3, merkle.root(MANY[:4]), merkle.root(MANY[:3]), [])
