"""What stands in a neighbourhood and is looked after: the kinds of facility, and the conditions they can be found in.

How often each kind should be looked at is our recommendation, but for lifts: every 15 days is the interval of their
maintenance (TSG T5002-2017, half-monthly). A district that has promised more tells it in its own contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class Kind:
    title: Said
    every: int  # days within which it should have been inspected


KINDS = MappingProxyType(
    {
        "lamp": Kind(Said("照明灯", "Lamp"), 30),
        "lift": Kind(Said("电梯", "Lift"), 15),
        "camera": Kind(Said("监控摄像头", "Camera"), 30),
        "charging": Kind(Said("充电桩", "Charging pile"), 30),
        "bin": Kind(Said("垃圾投放点", "Rubbish point"), 7),
        "greenery": Kind(Said("绿植", "Greenery"), 30),
        "fitness": Kind(Said("健身设施", "Fitness equipment"), 30),
        "door": Kind(Said("门禁、单元门", "Entrance door"), 30),
        "pipe": Kind(Said("管线", "Pipe"), 90),
        "other": Kind(Said("其他设施", "Other facility"), 90),
    }
)
GOOD, WORN, BROKEN, OUT_OF_USE = "good", "worn", "broken", "out_of_use"
CONDITIONS = MappingProxyType(
    {
        GOOD: Said("完好", "Good"),
        WORN: Said("有磨损", "Worn"),
        BROKEN: Said("损坏", "Broken"),
        OUT_OF_USE: Said("停用", "Out of use"),
    }
)
WORKS = (GOOD, WORN)
TO_REPAIR = (WORN, BROKEN)
