"""What a playbook tells a ballot, in `with:` of its stage."""

from __future__ import annotations

from dataclasses import dataclass

from linli.ballots.electors import OWNERS
from linli.ballots.models import Ballot
from linli.counting.rules import Rule, shipped
from linli.playbooks.model import Stage
from linli.playbooks.versions import book_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`rule`: the one that every question is put under, or `chosen` by the kind of matter of each question."""

    electorate: str = OWNERS
    rule: str = ""


def read_settings(stage: Stage) -> Settings:
    rule = str(stage.settings.get("rule", "chosen"))
    return Settings(str(stage.settings.get("electorate", OWNERS)), "" if rule == "chosen" else rule)


def settings_of(ballot: Ballot) -> Settings:
    return read_settings(book_of(ballot.matter.playbook_id).stages[ballot.stage])


def rules_for(ballot: Ballot) -> list[Rule]:
    """The kinds of matter that may be put to this electorate. The kind names its rule; a weaker one cannot be chosen for it."""
    settings = settings_of(ballot)
    if settings.rule:
        return [shipped()[settings.rule]]
    return [rule for rule in shipped().values() if rule.area == (settings.electorate == OWNERS)]
