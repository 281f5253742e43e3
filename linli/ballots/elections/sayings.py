"""Who was elected, in sentences that can be read out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from linli.counting.elections import FILLED, FORMED, NOT_FORMED
from linli.counting.tally import NO_QUORUM
from linli.lib.text import Said

OUTCOMES: Mapping[str, Said] = MappingProxyType(
    {
        FILLED: Said("已选满", "All seats filled"),
        FORMED: Said("已选出，尚有缺额", "Elected, with seats left"),
        NOT_FORMED: Said("当选的不够，不能成立", "Too few elected to form it"),
        NO_QUORUM: Said("参加的不够，没有选出", "Too few took part: nobody elected"),
    }
)
WHO = Said("当选：{names}。", "Elected: {names}.")
NOBODY = Said("没有人当选。", "Nobody is elected.")
RESERVES = Said("候补：{names}。", "Reserves: {names}.")
TIED = Said(
    "{names}票数相同，余下 {left} 席不能由他们都当选，所以都不当选，在他们之间再选一次。",
    "{names} have equal votes for {left} seats left, which cannot hold them all: none of them is elected, and another "
    "round is held among them.",
)
LEFT = Said(
    "还缺 {left} 席，另行选举；候选人：{names}。", "{left} seats are left for a further election among: {names}."
)
LEFT_ALONE = Said(
    "还缺 {left} 席，没有可以另行选举的候选人。", "{left} seats are left, and nobody else stands for them."
)
COMMA = Said("、", ", ")


def elected_said(told: Mapping[str, Any], names: Mapping[str, Said]) -> Said:
    parts = elected_parts(told, names)
    return Said("".join(one.zh for one in parts), " ".join(one.en for one in parts))


def elected_parts(told: Mapping[str, Any], names: Mapping[str, Said]) -> list[Said]:
    """Outcome, who is elected, who is a reserve, and what becomes of the seats that are left."""
    outcome = OUTCOMES[told["verdict"]]
    parts = [Said(outcome.zh + "。", outcome.en + ".")]
    if told["verdict"] == NO_QUORUM:
        return parts
    parts.append(WHO.filled(names=_joined(told["elected"], names)) if told["elected"] else NOBODY)
    if told["reserves"]:
        parts.append(RESERVES.filled(names=_joined(told["reserves"], names)))
    return [*parts, *_left(told, names)]


def _left(told: Mapping[str, Any], names: Mapping[str, Said]) -> list[Said]:
    if not told["left"]:
        return []
    if told["tied"]:
        return [TIED.filled(names=_joined(told["tied"], names), left=told["left"])]
    if not told["following"]:
        return [LEFT_ALONE.filled(left=told["left"])]
    return [LEFT.filled(left=told["left"], names=_joined(told["following"], names))]


def _joined(chosen: Iterable[str], names: Mapping[str, Said]) -> Said:
    said = [names[one] for one in chosen]
    return Said(COMMA.zh.join(one.zh for one in said), COMMA.en.join(one.en for one in said))
