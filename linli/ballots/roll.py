"""The frozen roll: who votes with which weight, bound by a Merkle root before the vote opens.

A leaf is canonical JSON (RFC 8785) of {ballot, subject, heads, area, identity}; `identity` commits to the person with a salt, so
that everybody can add the roll up and nobody can read a name from it. The tree is that of RFC 9162.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from linli.counting.tally import Subject, Weight, total
from linli.lib import merkle
from linli.record.chain import SALT_BYTES, canonical, commitment

AREA_SOURCES = ("registered", "surveyed", "contract")  # the first that there is counts
TAG_BYTES = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A subject as the roll shows it to everybody: the tag says nothing, `identity` is a salted commitment in hex."""

    tag: str
    heads: int
    area: int
    identity: str

    def leaf(self, ballot: str) -> bytes:
        plain = {
            "ballot": ballot,
            "subject": self.tag,
            "heads": self.heads,
            "area": self.area,
            "identity": self.identity,
        }
        return merkle.leaf_hash(canonical(plain))

    @property
    def subject(self) -> Subject:
        return Subject(self.tag, self.heads, self.area)

    @property
    def plain(self) -> list[Any]:
        return [self.tag, self.heads, self.area, self.identity]


@dataclass(frozen=True)
class Roll:
    """Rows in the order of their tags, which are random: the order tells nothing about houses."""

    ballot: str
    rows: tuple[Row, ...]

    @cached_property
    def leaves(self) -> list[bytes]:
        return [row.leaf(self.ballot) for row in self.rows]

    @cached_property
    def root(self) -> bytes:
        return merkle.root(self.leaves)

    @cached_property
    def due(self) -> Weight:
        return total(self.subjects.values())

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        return {row.tag: row.subject for row in self.rows}

    @property
    def notice(self) -> dict[str, Any]:
        """What stands in the notice and in the log: the sums and the root."""
        return {"count": len(self.rows), "heads": self.due.heads, "area": self.due.area, "root": self.root.hex()}

    def inclusion_path(self, tag: str) -> tuple[int, list[bytes]]:
        """For an owner: where the own row stands, and the path from it to the root."""
        index = next(number for number, row in enumerate(self.rows) if row.tag == tag)
        return index, merkle.inclusion_path(self.leaves, index)


@dataclass(frozen=True, slots=True)
class Entrant:
    """An owner set as the register knows it, before it gets a tag: weights are copied in, never joined at count time."""

    identity: str
    heads: int
    area: int


def freeze(ballot: str, entrants: Sequence[Entrant]) -> tuple[Roll, dict[str, tuple[str, bytes]]]:
    """The roll, and for each identity its tag and the salt of its commitment, which the owner is told."""
    random = secrets.token_bytes(len(entrants) * (TAG_BYTES + SALT_BYTES))  # at once: a call for each row takes longer
    told = {one.identity: _cut(random, number) for number, one in enumerate(entrants)}
    rows = [
        Row(told[one.identity][0], one.heads, one.area, commitment(told[one.identity][1], one.identity))
        for one in entrants
    ]
    if len(told) != len(entrants) or len({row.tag for row in rows}) != len(rows):
        raise ValueError("An identity stands on the roll twice.")
    return roll_of(ballot, rows), told


def _cut(random: bytes, number: int) -> tuple[str, bytes]:
    start = number * (TAG_BYTES + SALT_BYTES)
    salt = start + TAG_BYTES
    return random[start:salt].hex(), random[salt : salt + SALT_BYTES]


def roll_of(ballot: str, rows: Sequence[Row]) -> Roll:
    return Roll(ballot, tuple(sorted(rows, key=lambda row: row.tag)))
