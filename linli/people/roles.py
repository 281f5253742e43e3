"""The roles that a post can carry, and the levels of the place tree where each may be held.

A role is data, so that a playbook can be checked against it; who holds it is a `Post`. `rules.md` 3.3: the roles of a grid
serve, they carry no power to punish.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class Role:
    title: Said
    levels: tuple[str, ...]
    organisation: str = ""  # the kind of organisation that fills it; empty means residents themselves


ROLES = MappingProxyType(
    {
        "resident": Role(Said("居民", "Resident"), ("room",)),
        "unit_lead": Role(Said("单元长", "Stairwell head"), ("unit",)),
        "building_lead": Role(Said("楼栋长", "Building head"), ("building",)),
        "grid_worker": Role(Said("网格员", "Grid worker"), ("grid",), "community"),
        "grid_branch": Role(Said("网格党支部", "Grid party branch"), ("grid",), "community"),
        "property_desk": Role(Said("物业前台", "Property desk"), ("estate", "phase"), "property"),
        "property_worker": Role(Said("物业师傅", "Property worker"), ("estate", "phase"), "property"),
        "property_manager": Role(Said("物业经理", "Property manager"), ("estate", "phase"), "property"),
        "provider": Role(Said("服务商", "Service provider"), ("community", "estate", "phase"), "provider"),
        "committee": Role(Said("业委会", "Owners' committee"), ("estate",), "owners_committee"),
        "community": Role(Said("社区党委", "Community committee"), ("community",), "community"),
        "community_desk": Role(Said("社区综合窗口", "Community desk"), ("community",), "community"),
        "street": Role(Said("街道办", "Street office"), ("street",), "street"),
        "department": Role(Said("职能部门", "Department"), ("street", "county"), "department"),
    }
)

# Whoever acts for an office proves it twice: their seats open only after the second step of signing in.
STAFF = frozenset(name for name, role in ROLES.items() if role.organisation)
