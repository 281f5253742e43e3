"""What the register tells apart, each with its names: uses of a room, sources of an area, kinds of owners, the electorates."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

USES = MappingProxyType(
    {
        "dwelling": Said("住宅", "Dwelling"),
        "shop": Said("商铺", "Shop"),
        "parking": Said("车位", "Parking space"),
        "storage": Said("储藏", "Storage"),
        "other": Said("其他", "Other"),
    }
)
# Interpretation on divided ownership (2020), art. 8: the registered area; else the surveyed one; else the contract's.
AREA_SOURCES = MappingProxyType(
    {
        "registered": Said("不动产登记", "Registered title"),
        "surveyed": Said("测绘实测", "Surveyed"),
        "contract": Said("买卖合同", "Sales contract"),
    }
)
OWNER_KINDS = MappingProxyType(
    {
        "owner": Said("业主", "Owner"),
        "co_owners": Said("共有人", "Co-owners"),
        "developer": Said("开发商（未售或未交付）", "Developer (unsold or not handed over)"),
        "public": Said("公有", "Public"),
    }
)
# Electorates that are never merged. Owners are read from owner sets; these are rows of their own.
ELECTORATES = MappingProxyType(
    {
        "resident": Said("居民", "Residents"),
        "villager": Said("村民", "Villagers"),
        "representative": Said(
            "居民（村民）代表", "Representatives"
        ),  # elected: Committees Act (2025) residents 28, villagers 29
        "collective_member": Said("集体经济组织成员", "Members of the collective"),
        "party_member": Said("党员", "Party members"),
    }
)
REPRESENTATIVES = "representative"
PARTY = "party_member"  # sensitive: shown to the person and to the branch's own post, never exported
PROOFS = MappingProxyType(
    {
        "register": Said("与产权登记核对", "Checked against the register"),
        "staff": Said("工作人员上门核实", "Verified by staff on the spot"),
        "documents": Said("查验证件材料", "Documents were seen"),
    }
)
CLAIMS = MappingProxyType(
    {
        "owner": Said("我是产权人", "I own it"),
        "lives": Said("我住在这里（家人或租住）", "I live there, as family or a tenant"),
    }
)
VERDICTS = MappingProxyType(
    {
        "accepted": Said("已核实", "Verified"),
        "refused": Said("没有通过", "Not verified"),
        "withdrawn": Said("已撤回", "Withdrawn"),
    }
)
