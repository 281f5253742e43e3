"""What a playbook must promise before anybody relies on it: no matter without a holder, no holder without a deadline,
no end without an answer. Each check goes through the whole playbook by itself and never stops at the first problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.checks.answers import no_end_without_an_answer
from linli.playbooks.checks.chain import the_chain_climbs
from linli.playbooks.checks.graph import Case, open_case
from linli.playbooks.checks.guards import conditions_can_be_decided
from linli.playbooks.checks.names import whatever_is_named_exists
from linli.playbooks.checks.people import everything_has_a_deadline, everything_has_a_holder, the_raiser_judges
from linli.playbooks.checks.publicity import nobody_is_exposed
from linli.playbooks.checks.registries import SHIPPED, Registries
from linli.playbooks.checks.shape import comes_to_an_end, does_not_turn_for_ever, outcomes_lead_on, reached
from linli.playbooks.checks.statute import the_law_is_kept
from linli.playbooks.checks.titles import everything_has_a_title
from linli.playbooks.model import Playbook, Problem
from linli.playbooks.problems import ordered

__all__ = ["CHECKS", "SHIPPED", "Check", "Registries", "check_book"]


@dataclass(frozen=True, slots=True)
class Check:
    """`title` completes “the file is refused when …”."""

    id: str
    title: Said
    run: Callable[[Case], Iterator[Problem]]


def check_book(
    book: Playbook, known: frozenset[str] | None = None, *, registries: Registries = SHIPPED
) -> tuple[Problem, ...]:
    """Every problem of a playbook, in the order of the file. `known`: the names of the playbooks that exist; without it
    the playbooks that a joint call names are not looked up."""
    if known is not None:
        registries = replace(registries, playbooks=known)
    case = open_case(book, registries)
    return ordered(problem for check in CHECKS.values() for problem in check.run(case))


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.id: check
        for check in (
            Check("P01", Said("有走不到的环节或结局", "a stage or an end cannot be reached"), reached),
            Check("P02", Said("从某个环节走不到任何结局", "from some stage no end can be reached"), comes_to_an_end),
            Check("P03", Said("有环节可能没有人负责", "a stage may have no holder"), everything_has_a_holder),
            Check("P04", Said("有环节没有时限", "a stage has no deadline"), everything_has_a_deadline),
            Check(
                "P05",
                Said("没有答复提出人就能办结", "an end can be reached without an answer to the raiser"),
                no_end_without_an_answer,
            ),
            Check(
                "P06",
                Said(
                    "链条不是逐级向上、到不了社区，或岗位的层级不对",
                    "the chain does not climb to the community, or a duty's level is wrong",
                ),
                the_chain_climbs,
            ),
            Check(
                "P07",
                Said(
                    "环节类型的结果没有去处，或结果、设置写错",
                    "an outcome of a stage's kind leads nowhere or does not exist, or a setting is wrong",
                ),
                outcomes_lead_on,
            ),
            Check(
                "P08",
                Said("不经提出人评价就能办成“已解决”", "a matter can end as solved without the raiser's verdict"),
                the_raiser_judges,
            ),
            Check(
                "P09",
                Said(
                    "会自己转个不停，没有人也没有时限", "a loop can run for ever without a person or a deadline in it"
                ),
                does_not_turn_for_ever,
            ),
            Check(
                "P10",
                Said(
                    "条件看不懂、用到没有的事实，或各个条件有遗漏",
                    "a condition cannot be decided, or the alternatives leave a gap",
                ),
                conditions_can_be_decided,
            ),
            Check(
                "P11",
                Said(
                    "公开的内容可能露出姓名、电话或门牌",
                    "what is public is private or could carry a name, a phone or a room",
                ),
                nobody_is_exposed,
            ),
            Check("P12", Said("缺少中文或英文标题", "a title is missing in a language"), everything_has_a_title),
            Check(
                "P13", Said("提到了不存在的名称", "something is named that does not exist"), whatever_is_named_exists
            ),
            Check(
                "P14",
                Said(
                    "法定步骤可以跳过，或期限短于规定", "a step of the statute can be skipped, or its period cut short"
                ),
                the_law_is_kept,
            ),
        )
    }
)
