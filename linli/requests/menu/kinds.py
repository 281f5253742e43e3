"""What a service on the menu may be: its group, how it is priced, who provides it, who may order it."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

GROUPS = MappingProxyType(
    {
        "repair": Said("维修疏通", "Repairs"),
        "appliance": Said("家电", "Appliances"),
        "cleaning": Said("保洁", "Cleaning"),
        "care": Said("助老助残", "Care at home"),
        "carrying": Said("搬运代办", "Carrying and errands"),
        "safety": Said("安全检查", "Safety checks"),
        "other": Said("其他", "Other"),
    }
)
FREE, FIXED, QUOTE = "free", "fixed", "quote"
PRICINGS = MappingProxyType(
    {FREE: Said("免费", "Free"), FIXED: Said("一口价", "Fixed price"), QUOTE: Said("按报价", "By quote")}
)
DESK, COMMUNITY, OUTSIDE = "property_desk", "community_desk", "provider"
# The role that takes the orders, and what the playbook `order` calls its side.
SERVED_BY = MappingProxyType({DESK: "property", COMMUNITY: "community", OUTSIDE: "provider"})
DONE_BY = MappingProxyType({DESK: Said("物业", "The property company"), COMMUNITY: Said("社区", "The community")})
ANYONE, VERIFIED, OWNERS, ENTITLED = "anyone", "verified", "owners", "entitled"
ELIGIBLE = MappingProxyType(
    {
        ANYONE: Said("所有居民", "Any resident"),
        VERIFIED: Said("已核实的居民", "Verified residents"),
        OWNERS: Said("业主", "Owners"),
        ENTITLED: Said("有资格要求，由工作人员核实", "With an entitlement that staff confirm"),
    }
)
WEEKDAYS = MappingProxyType(
    {
        "1": Said("周一", "Mon"),
        "2": Said("周二", "Tue"),
        "3": Said("周三", "Wed"),
        "4": Said("周四", "Thu"),
        "5": Said("周五", "Fri"),
        "6": Said("周六", "Sat"),
        "7": Said("周日", "Sun"),
    }
)
LEVELS = ("community", "estate", "phase", "building")  # where a service may be offered; and at what lies below
GOOD_SCORE, FEWEST_SCORES = (
    4,
    5,
)  # a figure of fewer ratings than this would say more about a neighbour than about a service
PER = Said("{price}/{unit}", "{price} per {unit}")
YUAN = Said("{yuan} 元", "{yuan} yuan")
AFTER_LOOKING = Said("上门看过后报价", "quoted after a look")


def money_said(fen: int) -> Said:
    """12000 is 120 元, 3550 is 35.50 元."""
    yuan = f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)
    return YUAN.filled(yuan=yuan)


def price_said(pricing: str, price: int | None, unit: Said) -> Said:
    if pricing != FIXED or price is None:
        return AFTER_LOOKING if pricing == QUOTE else PRICINGS[FREE]
    said = money_said(price)
    return PER.filled(price=said, unit=unit) if unit.zh else said
