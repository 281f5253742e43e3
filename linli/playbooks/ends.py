"""How a matter can end. The outcome is what neighbours are told; it is apart from the stage."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

OUTCOMES = MappingProxyType(
    {
        "solved": Said("已解决", "Solved"),
        "explained": Said("已解释说明", "Explained"),
        "declined": Said("不予受理", "Declined"),
        "withdrawn": Said("已撤回", "Withdrawn"),
        "merged": Said("已合并办理", "Merged"),
        "enacted": Said("已通过并实施", "Enacted"),
        "rejected": Said("未通过", "Rejected"),
    }
)
WITHOUT_ANSWER = frozenset({"withdrawn", "merged"})
BESIDE = "beside."  # begins the name of an end that stands in no playbook, followed by its outcome
