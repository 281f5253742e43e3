"""The log of one ballot: what happened, in order, as leaves of a tree, signed at opening, closing and publication.

A ballot has a tree of its own, so that whoever recounts holds all of its leaves and sees that none is left out. Entries name the
subject (that a household took part may be known) and hold a commitment in place of the choice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from linli.lib import merkle
from linli.lib.text import Said
from linli.record.chain import canonical

Entry = Mapping[str, Any]
DIGEST = re.compile(r"[0-9a-f]{64}")
CHANNELS = ("online", "on_site", "paper", "platform")
PLATFORM = CHANNELS[-1]
REASONS: Mapping[str, Said] = MappingProxyType(
    {
        "unsigned": Said("没有签名", "unsigned"),
        "double_marked": Said("一题选了两项", "two choices marked"),
        "over_marked": Said("同意的人数超过应选名额", "more candidates in favour than there are seats"),
        "not_the_owner": Said("签名的不是业主", "not signed by the owner"),
        "late": Said("截止后才交", "handed in late"),
        "disputed": Said("共有人意见不一，监票人裁定作废", "co-owners disagreed; set aside by the scrutineers"),
    }
)
SHAPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "notice": frozenset({"what", "ballot", "questions", "roll", "coin_area", "key"}),
        "correction": frozenset({"what", "roll", "reason"}),
        "platform": frozenset({"what", "system", "only"}),
        "second": frozenset({"what", "first", "bundle"}),
        "election": frozenset({"what", "title", "seats", "seated", "reserves", "candidates"}),
        "withdrawn": frozenset({"what", "candidate"}),
        "open": frozenset({"what"}),
        "cast": frozenset({"what", "subject", "commitment", "channel", "replaces"}),
        "invalid": frozenset({"what", "cast", "reason"}),
        "import": frozenset({"what", "file", "entered", "behind"}),
        "close": frozenset({"what", "counted", "delivered"}),
    }
)
ORDER = Said("第 {index} 条记录“{what}”不该出现在这里。", "Entry {index}, “{what}”, does not belong there.")
SHAPE = Said("第 {index} 条记录的格式不对。", "Entry {index} is malformed.")
STRANGER = Said("第 {index} 条记录的主体不在名册上。", "Entry {index} names a subject that is not on the roll.")
REPLACED = Said(
    "第 {index} 条记录没有正确说明它替代哪一张票（一个主体同时只能有一张有效票）。",
    "Entry {index} does not say rightly which ballot it replaces (a subject has one valid ballot at a time).",
)
LOCKED = Said(
    "第 {index} 条记录用线上票替代了纸质票；纸质票收下后不能再改。",
    "Entry {index} replaces a paper ballot by another channel; paper is final once taken in.",
)
SAME = Said("第 {index} 条记录的承诺值出现过，可能是同一张票记了两次。", "Entry {index} repeats a commitment.")
NO_FILE = Said(
    "第 {index} 条记录与官方系统导入的文件对不上：张数不符，或者不是从文件来的。",
    "Entry {index} does not fit what was imported from the official system: another number, or not from its file.",
)
NO_CAST = Said("第 {index} 条记录作废的不是一张有效票。", "Entry {index} sets aside what is no valid ballot.")
COUNT = Said(
    "关闭时说有 {told} 张有效票，记录里是 {found} 张。", "At the close {told} ballots were told, the log has {found}."
)
UNFINISHED = Said("记录没有开始和关闭。", "The log was not opened and closed.")


class BadLog(Exception):
    """A log that cannot have come about by the rules; the sentence names the entry."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def written(entry: Entry) -> bytes:
    return canonical(dict(entry))


def leaf(entry: Entry) -> bytes:
    return merkle.leaf_hash(written(entry))


def root(entries: Sequence[Entry]) -> bytes:
    return merkle.root([leaf(entry) for entry in entries])


def notice(
    ballot: str, questions: Sequence[Any], roll: Mapping[str, Any], *, coin_area: int, key: str
) -> dict[str, Any]:
    """The first entry: everything that is fixed before the vote, the rule of each question with all its words."""
    return {
        "what": "notice",
        "ballot": ballot,
        "questions": list(questions),
        "roll": dict(roll),
        "coin_area": coin_area,
        "key": key,
    }


def cast(subject: str, commitment: str, channel: str, replaces: int | None = None) -> dict[str, Any]:
    return {"what": "cast", "subject": subject, "commitment": commitment, "channel": channel, "replaces": replaces}


def imported(file: str, entered: int, behind: int) -> dict[str, Any]:
    """A file of the official system: its SHA-256, how many of its ballots follow, how many others stood before."""
    return {"what": "import", "file": file, "entered": entered, "behind": behind}


def close(counted: int, delivered: Sequence[str]) -> dict[str, Any]:
    """`delivered`: who got a ballot and did not return it, bound before anybody knows a result."""
    return {"what": "close", "counted": counted, "delivered": digest(sorted(delivered))}


def second(first: str, bundle: str) -> dict[str, Any]:
    """That a ballot is held again: which one found no quorum, and the SHA-256 of its bundle (empty where there was none)."""
    return {"what": "second", "first": first, "bundle": bundle}


def withdrawn(candidate: str) -> dict[str, Any]:
    """A candidate who withdrew after the announcement stays on the ballot and cannot be elected."""
    return {"what": "withdrawn", "candidate": candidate}


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def published(ballot: str, content: str) -> dict[str, Any]:
    """The last entry: the digest of everything that is published."""
    return {"what": "published", "ballot": ballot, "content": content}


@dataclass(slots=True)
class Walk:
    """What the entries come to, read one by one: `live` maps a subject to the index of its counted ballot."""

    tags: frozenset[str]
    live: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    closed: bool = False
    delivered: str = ""
    roll: Mapping[str, Any] = field(default_factory=dict)
    casts: dict[int, Entry] = field(default_factory=dict)
    commitments: set[str] = field(default_factory=set)
    first: Entry | None = None  # of which ballot this is the second call
    election: Entry | None = None
    withdrawn: list[str] = field(default_factory=list)
    coming: int = 0  # ballots that an imported file still has to bring, one after the other

    def take(self, index: int, entry: Entry) -> None:
        what = str(entry.get("what"))
        if what not in SHAPES or SHAPES[what] != entry.keys():
            raise BadLog(SHAPE.filled(index=index))
        if not self._fits(index, what):
            raise BadLog(ORDER.filled(index=index, what=what))
        if (self.coming > 0) != (entry.get("channel") == PLATFORM):
            raise BadLog(NO_FILE.filled(index=index))
        getattr(self, f"_{what}")(index, entry)

    def _fits(self, index: int, what: str) -> bool:
        if what == "notice" or index == 0:
            return what == "notice" and index == 0
        if what == "withdrawn":  # before the vote and during it
            return not self.closed
        during = what in ("cast", "invalid", "import", "close")
        return not self.closed and during == bool(self.opened)

    def _notice(self, index: int, entry: Entry) -> None:
        self.roll = entry["roll"]

    def _correction(self, index: int, entry: Entry) -> None:
        self.roll = entry["roll"]

    def _platform(self, index: int, entry: Entry) -> None:
        if type(entry["system"]) is not str or type(entry["only"]) is not bool:
            raise BadLog(SHAPE.filled(index=index))

    def _second(self, index: int, entry: Entry) -> None:
        sound = type(entry["first"]) is str and entry["first"] and DIGEST.fullmatch(str(entry["bundle"]) or "0" * 64)
        if self.first is not None or not sound:
            raise BadLog(SHAPE.filled(index=index))
        self.first = entry

    def _election(self, index: int, entry: Entry) -> None:
        """Once; whether its words are sound is looked at with the questions."""
        if self.election is not None:
            raise BadLog(SHAPE.filled(index=index))
        self.election = entry

    def _withdrawn(self, index: int, entry: Entry) -> None:
        known = self.election is not None and entry["candidate"] in self.election["candidates"]
        if not known or entry["candidate"] in self.withdrawn:
            raise BadLog(SHAPE.filled(index=index))
        self.withdrawn.append(entry["candidate"])

    def _open(self, index: int, entry: Entry) -> None:
        self.opened = index + 1

    def _import(self, index: int, entry: Entry) -> None:
        """Bound by the digest of its file, and followed by its ballots."""
        numbers = (entry["entered"], entry["behind"])
        if not DIGEST.fullmatch(str(entry["file"])) or any(type(one) is not int or one < 0 for one in numbers):
            raise BadLog(SHAPE.filled(index=index))
        self.coming = entry["entered"]

    def _cast(self, index: int, entry: Entry) -> None:
        subject, commitment, channel, replaces = (
            entry[name] for name in ("subject", "commitment", "channel", "replaces")
        )
        if channel not in CHANNELS or not isinstance(commitment, str) or not DIGEST.fullmatch(commitment):
            raise BadLog(SHAPE.filled(index=index))
        if subject not in self.tags:
            raise BadLog(STRANGER.filled(index=index))
        if commitment in self.commitments:
            raise BadLog(SAME.filled(index=index))
        self._require_replaced(index, subject, channel, replaces)
        self.coming -= channel == PLATFORM
        self.commitments.add(commitment)
        self.live[subject] = index
        self.casts[index] = entry

    def _require_replaced(self, index: int, subject: str, channel: str, replaces: Any) -> None:
        before = self.live.get(subject)
        if replaces != before or isinstance(replaces, bool):
            raise BadLog(REPLACED.filled(index=index))
        if before is not None and self.casts[before]["channel"] == "paper" and channel != "paper":
            raise BadLog(LOCKED.filled(index=index))

    def _invalid(self, index: int, entry: Entry) -> None:
        set_aside = self.casts.get(entry["cast"]) if isinstance(entry["cast"], int) else None
        if set_aside is None or self.live.get(set_aside["subject"]) != entry["cast"] or entry["reason"] not in REASONS:
            raise BadLog(NO_CAST.filled(index=index))
        del self.live[set_aside["subject"]]

    def _close(self, index: int, entry: Entry) -> None:
        if entry["counted"] != len(self.live):
            raise BadLog(COUNT.filled(told=entry["counted"], found=len(self.live)))
        self.closed, self.delivered = True, entry["delivered"]


def walk(entries: Sequence[Entry], tags: frozenset[str]) -> Walk:
    """Follow the log from the notice to the close; `BadLog` names the first entry that breaks the rules."""
    found = Walk(tags)
    for index, entry in enumerate(entries):
        found.take(index, entry)
    if not found.closed:
        raise BadLog(UNFINISHED)
    return found


def counted(entries: Sequence[Entry], walked: Walk) -> Iterator[tuple[int, Entry]]:
    """The ballots that count, with their index in the log."""
    return ((index, entries[index]) for index in sorted(walked.live.values()))
