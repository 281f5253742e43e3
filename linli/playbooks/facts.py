"""What every matter knows about itself: names that guards, limits and `public` may use beside the form's own fields."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.guards import FactKind

STANDARD_FACTS = MappingProxyType(
    {
        "urgency": (FactKind.TEXT, Said("紧急程度", "Urgency")),  # ordinary, urgent, emergency
        "category": (FactKind.TEXT, Said("类别", "Category")),
        "rounds": (
            FactKind.NUMBER,
            Said("办理轮次", "Rounds"),
        ),  # 1 at first, one more with each reopening by the raiser
        "climbed": (FactKind.NUMBER, Said("已上报级数", "Steps climbed")),
        "late": (FactKind.BOOL, Said("已超时", "Late")),
        "level": (FactKind.TEXT, Said("地点级别", "Level of the place")),
    }
)
URGENCIES = MappingProxyType(
    {
        "ordinary": Said("一般", "Ordinary"),
        "urgent": Said("较急", "Urgent"),
        "emergency": Said("紧急", "Emergency"),
    }
)
# What `public` may name beside publishable fields; nothing here can carry a name, a phone or a room.
PUBLIC_FACTS = MappingProxyType(
    {
        "title": Said("标题", "Title"),
        "stage": Said("环节", "Stage"),
        "outcome": Said("结果", "Outcome"),
        "due": Said("期限", "Due"),
        "late": Said("是否超时", "Late"),
        "raised_at": Said("提出时间", "Raised at"),
        "ended_at": Said("办结时间", "Ended at"),
        "urgency": Said("紧急程度", "Urgency"),
        "category": Said("类别", "Category"),
        "place.building": Said("楼栋", "Building"),
        "place.grid": Said("网格", "Grid"),
        "place.phase": Said("期", "Phase"),
        "place.estate": Said("小区", "Estate"),
        "place.community": Said("社区", "Community"),
    }
)
