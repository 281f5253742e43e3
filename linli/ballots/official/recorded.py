"""What is published of a question of which only sums are known: figures, or bands where exact sums would tell too much. Pure."""

from __future__ import annotations

from typing import Any

from linli.ballots.casting import BLANK
from linli.ballots.explaining import figures
from linli.ballots.gate import LEAST_HEADS
from linli.ballots.publication import FULL, ROUNDED, Question
from linli.ballots.rounding import band, bands
from linli.counting.tally import CHOICES, Tally, Weight, judge
from linli.record.chain import commitment


def recorded(question: Question, tally: Tally, salt: bytes) -> dict[str, Any]:
    """Judged by the rule of the notice. An option with one or two heads would show by its area which homes they are."""
    result = judge(tally, question.rule, question.silent)
    told = {"question": question.id, "recorded": True}
    if all(not 0 < tally.of(choice).heads < LEAST_HEADS for choice in CHOICES):
        return {**told, "mode": FULL, "result": figures(result)}
    voted = tally.participants
    number = bands(voted.heads)
    weights = {**{choice: tally.of(choice) for choice in CHOICES}, BLANK: Weight()}
    return {
        **told,
        "mode": ROUNDED,
        "verdict": result.outcome.verdict,
        "bands": number,
        "shares": {
            name: {"heads": band(one.heads, voted.heads, number), "area": band(one.area, voted.area, number)}
            for name, one in weights.items()
        },
        "exact": commitment(salt, figures(result)),
    }
