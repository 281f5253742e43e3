"""On what grounds a matter may be left out of the rates; the reason in words comes beside it."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

GROUNDS = MappingProxyType(
    {
        "not_ours": Said("不属于这里的职责", "It is not for anybody here to do"),
        "unlawful": Said("诉求违反法律或政策", "What is asked is against the law or the rules"),
        "not_possible": Said("客观条件目前不具备", "It cannot be done as things stand"),
        "not_so": Said("核实后情况不属实", "It was looked into and is not so"),
        "twice": Said("与另一件重复", "It is the same as another matter"),
    }
)
