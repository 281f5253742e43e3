"""Where the boxes of each row stand from left to right: the longest way straight down, the rest beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linli.playbooks.draw.geometry import Card
from linli.playbooks.draw.ranks import BESIDE, Ranks

FAR = 10**6


def columns(cards: Mapping[str, Card], ranks: Ranks) -> dict[str, int]:
    """The left edge of each box; the spine's middle is 0."""
    left: dict[str, int] = {}
    for names in ranks.rows:
        spine = [name for name in names if name in ranks.spine]
        wanted = {name: _wanted(name, cards, ranks, left) for name in names}
        for name in spine:
            left[name] = -cards[name].w // 2
        if not spine:
            _rightwards(sorted(names, key=wanted.__getitem__), wanted, cards, left, -FAR)
            continue
        to_left, to_right = _sides([name for name in names if name not in spine], wanted, cards)
        _rightwards(to_right, wanted, cards, left, max(left[name] + cards[name].w + BESIDE for name in spine))
        _leftwards(to_left, wanted, cards, left, min(left[name] - BESIDE for name in spine))
    return left


def _wanted(name: str, cards: Mapping[str, Card], ranks: Ranks, left: Mapping[str, int]) -> int:
    """Below the first parent that has a place."""
    return next((left[one] + cards[one].w // 2 for one in ranks.parents[name] if one in left), 0)


def _sides(names: Sequence[str], wanted: Mapping[str, int], cards: Mapping[str, Card]) -> tuple[list[str], list[str]]:
    """Ends of the spine's own moves go right; stages beside the spine go by turns, so that the picture stays even."""
    to_left: list[str] = []
    to_right: list[str] = []
    for name in names:
        undecided = wanted[name] == 0
        more_right = len([one for one in to_right if cards[one].kind != "end"]) > len(to_left)
        goes_left = wanted[name] < 0 or (undecided and cards[name].kind != "end" and more_right)
        (to_left if goes_left else to_right).append(name)

    def nearest_first(name: str) -> tuple[int, bool]:
        return (abs(wanted[name]), cards[name].kind == "end")

    return sorted(to_left, key=nearest_first), sorted(to_right, key=nearest_first)


def _rightwards(
    names: Sequence[str], wanted: Mapping[str, int], cards: Mapping[str, Card], left: dict[str, int], free: int
) -> None:
    for name in names:
        left[name] = max(free, wanted[name] - cards[name].w // 2)
        free = left[name] + cards[name].w + BESIDE


def _leftwards(
    names: Sequence[str], wanted: Mapping[str, int], cards: Mapping[str, Card], left: dict[str, int], free: int
) -> None:
    for name in names:
        left[name] = min(free - cards[name].w, wanted[name] - cards[name].w // 2)
        free = left[name] - BESIDE
