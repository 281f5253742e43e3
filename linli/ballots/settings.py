"""What a playbook tells a ballot, in `with:` of its stage."""

from __future__ import annotations

from dataclasses import dataclass

from linli.ballots.electors import OWNERS
from linli.ballots.models import Ballot
from linli.counting.rules import Rule, find_rule, shipped
from linli.playbooks.model import Stage
from linli.playbooks.versions import book_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`rule`: the one that every question is put under, or `chosen` by the kind of matter of each question.

    `elects`: the stage elects a body; `rule` is then that of the candidates. `following`: for the seats that the round before left.
    """

    electorate: str = OWNERS
    rule: str = ""
    elects: bool = False
    following: bool = False


def read_settings(stage: Stage) -> Settings:
    rule = str(stage.settings.get("rule", "chosen"))
    return Settings(
        electorate=str(stage.settings.get("electorate", OWNERS)),
        rule="" if rule == "chosen" else rule,
        elects=stage.kind == "election",
        following=bool(stage.settings.get("following")),
    )


def settings_of(ballot: Ballot) -> Settings:
    return read_settings(book_of(ballot.matter.playbook_id).stages[ballot.stage])


def rules_for(ballot: Ballot) -> list[Rule]:
    """The kinds of matter that may be put to this electorate. The kind names its rule; a weaker one cannot be chosen for it."""
    settings = settings_of(ballot)
    if settings.rule and not settings.elects:
        return [shipped()[settings.rule]]
    return [rule for rule in shipped().values() if rule.area == (settings.electorate == OWNERS)]


def rule_in(ballot: Ballot, name: str) -> Rule:
    """By which a question is counted: at a second call a rule may ask for less."""
    rule = find_rule(name)
    return rule.called_again if ballot.second_of_id else rule
