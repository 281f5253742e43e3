"""In what way a chain can be broken."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a chain that does not hold, and in what way."""

    subject: str
    chain: uuid.UUID
    seq: int
    event: int
    why: Said


HASH_CHANGED = Said("内容与登记时的摘要不符", "its content no longer matches the hash it was written with")
NOT_LINKED = Said("与上一条记录接不上", "it does not follow the row before it")
GAP = Said("序号不连续，中间缺了记录", "its number does not follow: a row is missing")
SEALED_CHANGED = Said(
    "封存内容“{name}”与登记时的摘要不符", "the sealed “{name}” no longer matches what was committed to"
)
SEALED_MISSING = Said("封存内容“{name}”不见了", "the sealed “{name}” is missing")
CUT_OFF = Said(
    "记录到此为止，但事项本身登记的是第 {seq} 条：后面的记录被删，或与登记不符",
    "the chain ends here, but its owner says number {seq}: what followed was cut off or does not match",
)
