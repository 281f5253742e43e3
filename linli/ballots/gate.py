"""The privacy gate: whether the exact figures of a question may be published without telling who chose what.

Closed when an option that is not empty has fewer than 3 heads, or when fewer than 20 sets of participants could have given its
figures. Counting such sets is exact up to 26 participants; above, exchanges of one or two of them are counted, which never
says too many: in doubt the gate stays closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import add, sub

LEAST_HEADS = 3
LEAST_EXPLANATIONS = 20
EXACTLY = 26  # 2 × 8,192 sums are met in the middle
LOOKED_AT = (100, 600)  # how many are compared in pairs; more only when the first ones did not do

Weighed = tuple[int, ...]  # what is published of an option is their sums: heads, area, number of area coins


@dataclass(frozen=True, slots=True)
class Gate:
    """For each option that is not empty: its heads, and how many sets explain it (at most 20 are counted)."""

    heads: Mapping[str, int]
    explanations: Mapping[str, int]

    @property
    def is_open(self) -> bool:
        return all(heads >= LEAST_HEADS for heads in self.heads.values()) and all(
            number >= LEAST_EXPLANATIONS for number in self.explanations.values()
        )


def gate(options: Mapping[str, Sequence[Weighed]]) -> Gate:
    """`options`: the weights of those who chose each one."""
    chosen = {option: members for option, members in options.items() if members}
    heads = {option: sum(weight[0] for weight in members) for option, members in chosen.items()}
    return Gate(heads, {option: _explanations(option, chosen) for option in chosen})


def _explanations(option: str, chosen: Mapping[str, Sequence[Weighed]]) -> int:
    inside = chosen[option]
    outside = [weight for other, members in chosen.items() if other != option for weight in members]
    exact = len(inside) + len(outside) <= EXACTLY
    found = _all_sets(inside, outside) if exact else 1 + _exchanges(inside, outside)
    return min(found, LEAST_EXPLANATIONS)


def _all_sets(inside: Sequence[Weighed], outside: Sequence[Weighed]) -> int:
    """How many sets of participants have the sums of `inside`: all sums of each half, met in the middle."""
    everybody, wanted = [*inside, *outside], tuple(map(sum, zip(*inside, strict=True)))
    middle = len(everybody) // 2
    left, right = Counter(_sums(everybody[:middle], wanted)), Counter(_sums(everybody[middle:], wanted))
    return sum(number * right[tuple(map(sub, wanted, sums))] for sums, number in left.items())


def _sums(members: Sequence[Weighed], like: Weighed) -> list[Weighed]:
    found: list[Weighed] = [(0,) * len(like)]
    for weight in members:
        found += [tuple(map(add, before, weight)) for before in found]
    return found


def _exchanges(inside: Sequence[Weighed], outside: Sequence[Weighed]) -> int:
    """Ways to exchange one or two participants for others of the same weight; counting stops at enough."""
    single, pairs = _enough(inside, Counter(outside)), 0
    for some in LOOKED_AT:
        if single + pairs < LEAST_EXPLANATIONS:
            pairs = _enough(_pairs(inside[:some]), Counter(_pairs(outside[:some])))
    return single + pairs


def _enough(weights: Iterable[Weighed], others: Mapping[Weighed, int]) -> int:
    found = 0
    for weight in weights:
        found += others.get(weight, 0)
        if found >= LEAST_EXPLANATIONS:
            break
    return found


def _pairs(members: Sequence[Weighed]) -> Iterator[Weighed]:
    return (tuple(map(add, one, other)) for one, other in combinations(members, 2))
