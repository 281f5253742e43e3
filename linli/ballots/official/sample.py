"""A mapping to begin with, filled in with the system and the questions of a ballot. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

WORDS = "{同意: yes, 反对: no, 弃权: abstain, 未表态: silent}"


def sample_map(system: str, questions: Sequence[int]) -> str:
    """One row for each home; the headings are guesses that people replace by those of their file."""
    lines = [
        f"system: {json.dumps(system, ensure_ascii=False)}",
        "slot: {building: 楼栋, unit: 单元, room: 房号}",
        "time: 投票时间",
        "delivered: {column: 送达, values: {是: yes, 否: no}}",
        "questions:",
        *(f"  {number}: {{column: 议题{number}, values: {WORDS}}}" for number in questions),
    ]
    return "\n".join(lines) + "\n"
