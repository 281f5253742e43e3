"""What meetings tell apart, each with its names: sides at the table, what an item is for, how it ends."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

SIDES = MappingProxyType(
    {
        "resident": Said("居民", "Residents"),
        "owner": Said("业主", "Owners"),
        "property": Said("物业", "Property company"),
        "committee": Said("业委会", "Owners' committee"),
        "community": Said("社区", "Community"),
        "department": Said("部门", "Departments"),
        "villager": Said("村民", "Villagers"),
        "representative": Said("代表", "Representatives"),
        "collective_member": Said("集体经济组织成员", "Members of the collective"),
        "party_member": Said("党员", "Party members"),
    }
)
PURPOSES = MappingProxyType(
    {
        "report": Said("通报", "To report"),
        "discuss": Said("商议", "To discuss"),
        "decide": Said("表决", "To decide"),
    }
)
DECISION, TASK, DEFERRED, INFORMATION = "decision", "task", "deferred", "information"
ENDINGS = MappingProxyType(
    {
        DECISION: Said("形成决定", "Decision"),
        TASK: Said("交办", "Task"),
        DEFERRED: Said("留待下次", "Deferred"),
        INFORMATION: Said("已通报说明", "Information"),
    }
)
OUTCOMES = MappingProxyType(
    {
        "passed": Said("已召开", "Held"),
        "failed": Said("未通过", "Not approved"),
        "no_quorum": Said("人数不足", "No quorum"),
        "adjourned": Said("延期再开", "Adjourned"),
    }
)
# How somebody's presence was noted.
BY_CODE, BY_HAND = "code", "hand"
PRESENCE = MappingProxyType(
    {BY_CODE: Said("扫码签到", "Checked in by code"), BY_HAND: Said("人工签到", "Checked in by hand")}
)
# What a neighbour may say to a statement on the table, and who sits there for which side.
AGREE, DISAGREE, UNSURE = "agree", "disagree", "unsure"
CHOICES = MappingProxyType(
    {
        AGREE: Said("同意", "Agree"),
        DISAGREE: Said("不同意", "Disagree"),
        UNSURE: Said("说不好", "Not sure"),
    }
)
AT_THE_TABLE = MappingProxyType(
    {
        "resident": ("unit_lead", "building_lead"),
        "property": ("property_manager", "property_desk"),
        "committee": ("committee",),
        "community": ("community", "community_desk", "grid_branch", "grid_worker"),
        "department": ("street", "department"),
    }
)
CONSENSUS, NO_CONSENSUS = "consensus", "no_consensus"
TABLE_OUTCOMES = MappingProxyType(
    {
        CONSENSUS: Said("达成共识", "Agreed"),
        NO_CONSENSUS: Said("没有达成共识", "No agreement"),
    }
)
