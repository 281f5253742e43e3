"""Procedures that the law prescribes step by step; a playbook marked `statute:` may add to one, never skip or shorten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.limits import Limit


@dataclass(frozen=True, slots=True)
class Step:
    """`at_least`: the shortest period that the stage of this step may last."""

    title: Said
    at_least: Limit | None = None


@dataclass(frozen=True, slots=True)
class Statute:
    """`steps` in their order; every path to an end whose outcome is in `binding` passes all of them in that order."""

    title: Said
    source: str
    steps: Mapping[str, Step]
    binding: frozenset[str]


# Party rule: 农村基层组织工作条例 (2018) art. 19; postings of at least 15 days: 村民委员会组织法 (2025) art. 35.
# Owners: notice of 15 days and its agenda, Property Management Regulations art. 14; who must take part, Civil Code art. 278.
STATUTES: Mapping[str, Statute] = MappingProxyType(
    {
        "cn-four-deliberations": Statute(
            Said("四议两公开", "Four deliberations, two disclosures"),
            "中国共产党农村基层组织工作条例 §19; 村民委员会组织法(2025) §35",
            MappingProxyType(
                {
                    "propose": Step(Said("党组织提议", "Proposal by the party branch")),
                    "consult": Step(Said("两委会商议", "Consultation of the two committees")),
                    "review": Step(Said("党员大会审议", "Review by the party members"), Limit(3, "d")),
                    "resolve": Step(Said("村民会议决议", "Resolution by the villagers")),
                    "post_decision": Step(Said("决议公开", "The decision is posted"), Limit(15, "d")),
                    "post_result": Step(Said("实施结果公开", "The result is posted"), Limit(15, "d")),
                }
            ),
            frozenset({"enacted"}),
        ),
        "cn-owners-assembly": Statute(
            Said("业主大会会议", "Owners’ assembly"),
            "民法典 §278; 物业管理条例 §12–15",
            MappingProxyType(
                {
                    "assemble": Step(Said("公告议题、召开会议", "Agenda announced, assembly held"), Limit(15, "d")),
                    "vote": Step(Said("全体业主表决", "Vote of all owners")),
                    "tell": Step(Said("公告决定", "The decision is announced")),
                }
            ),
            frozenset({"enacted"}),
        ),
    }
)
