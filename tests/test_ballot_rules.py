"""Every voting rule against the table of the law: who must take part, who must agree, by what, and what silence may mean."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from linli.counting.rules import BadRule, Rule, Threshold, as_plain, find_rule, rule_from, shipped

THIRD, HALF, QUARTERS, ALL = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4), Fraction(1)
# name: quorum (share, strictly) of all who are due; approval (share, strictly, of whom); floor area
LAW: dict[str, tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool, str], bool]] = {
    **{f"cn-civil-278-{number}": ((THIRD, False), (HALF, True, "participants"), True) for number in (1, 2, 3, 4, 5, 9)},
    **{f"cn-civil-278-{number}": ((THIRD, False), (QUARTERS, False, "participants"), True) for number in (6, 7, 8)},
    "cn-civil-279": (None, (ALL, False, "due"), False),
    "cn-village-assembly": ((HALF, True), (HALF, True, "participants"), False),
    "cn-village-assembly-households": ((THIRD, False), (HALF, True, "participants"), False),
    "cn-village-representatives": ((THIRD, False), (HALF, True, "participants"), False),
    "cn-village-election": ((HALF, True), (HALF, True, "participants"), False),
    "cn-village-by-election": ((HALF, True), (Fraction(1, 3), False, "participants"), False),
    "cn-village-group": ((THIRD, False), (HALF, True, "participants"), False),
    "cn-residents-assembly": ((HALF, True), (HALF, True, "participants"), False),
    "cn-residents-representatives": ((THIRD, False), (HALF, True, "participants"), False),
    "cn-collective-assembly": ((THIRD, False), (THIRD, False, "due"), False),
    "cn-collective-representatives": (None, (THIRD, False, "due"), False),
    "cn-party-branch": ((HALF, False), (HALF, True, "due"), False),
    "cn-four-deliberations-review": ((THIRD, False), (HALF, True, "due"), False),
}
PLAIN = as_plain(shipped()["cn-civil-278-8"])


def share(threshold: Threshold) -> tuple[Fraction, bool]:
    return Fraction(threshold.numerator, threshold.denominator), threshold.strictly


def test_the_shipped_rules_are_those_of_the_table() -> None:
    assert set(shipped()) == set(LAW)


@pytest.mark.parametrize("name", LAW)
def test_a_rule_says_what_the_law_says(name: str) -> None:
    rule, (quorum, approval, area) = shipped()[name], LAW[name]
    assert (share(rule.quorum) if rule.quorum else None) == quorum
    assert (*share(rule.approval), rule.approval.of) == approval
    assert rule.area is area
    assert rule.quorum is None or rule.quorum.of == "due"
    assert "§" in rule.source
    assert rule.source.rstrip("]").endswith(("V", "S"))


@pytest.mark.parametrize("rule", shipped().values(), ids=list(shipped()))
def test_a_rule_comes_back_from_its_plain_form(rule: Rule) -> None:
    assert rule_from(as_plain(rule)) == rule


def test_silence_follows_the_majority_only_where_owners_may_agree_on_it() -> None:
    followed = {name for name, rule in shipped().items() if "follow_majority" in rule.silent}
    assert followed == {f"cn-civil-278-{number}" for number in range(1, 10)}
    assert {rule.silent[0] for rule in shipped().values()} == {"not_counted"}
    assert shipped()["cn-civil-279"].silent == ("not_counted",)


def test_green_belt_to_parking_names_its_rule_and_the_greening_authority() -> None:
    rule = shipped()["cn-civil-278-8"]
    assert "不能按一般事项过半数通过" in rule.remarks[0].zh
    assert [consent.who.zh for consent in rule.also] == ["涉及绿地的，绿化主管部门"]


def test_a_home_turned_into_a_shop_needs_every_neighbour_concerned() -> None:
    rule = shipped()["cn-civil-279"]
    assert rule.approval == Threshold(1, 1, False, "due")
    assert "本栋楼的其他业主" in rule.also[0].who.zh


def test_periods_are_those_of_the_law() -> None:
    periods = {name: (rule.notice_days, rule.posting_days) for name, rule in shipped().items()}
    assert periods["cn-civil-278-4"] == (15, 15)
    assert periods["cn-village-assembly"] == periods["cn-residents-assembly"] == (10, 15)
    assert periods["cn-collective-assembly"][0] == 10


def test_a_file_of_one_rule_stands_in_for_a_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "local.yaml"
    file.write_text(yaml.safe_dump({"rules": [{**PLAIN, "name": "local", "posting_days": 30}]}), "utf-8")
    assert find_rule(str(file)).posting_days == 30
    file.write_text(yaml.safe_dump({"rules": [PLAIN, PLAIN]}), "utf-8")
    with pytest.raises(BadRule, match="should hold one rule; there are 2"):
        find_rule(str(file))


@pytest.mark.parametrize("text", ["", "- a", "rules: 3", "{", "rules: [1]", "\ud800"], ids=repr)
def test_a_file_that_is_none_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadRule, match=r"odd\.yaml|field"):
        find_rule(str(tmp_path / "odd.yaml"))


@pytest.mark.parametrize("name", ["cn-civil-278-10", "", "/etc", "cn-civil-278-8 ", "nowhere.yaml"])
def test_an_unknown_rule_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(BadRule, match="There are: cn-civil-278-1, "):
        find_rule(name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quorum", "at least 2/3 of participants"),
        ("quorum", "at least 0.67 of due"),
        ("quorum", 0.67),
        ("approval", "at least 4/3 of due"),
        ("approval", "more than 1/1 of due"),
        ("approval", "at least 0/3 of due"),
        ("approval", "at least 1/0 of due"),
        ("approval", "none"),
        ("area", "yes"),
        ("silent", []),
        ("silent", "abstain"),
        ("silent", ["abstain", "abstain"]),
        ("silent", ["follow_the_wind"]),
        ("notice_days", -1),
        ("notice_days", True),
        ("title", {"zh": "只有中文"}),
        ("title", {"zh": "空", "en": " "}),
        ("name", "Ein Name"),
        ("also", [{"who": {"zh": "谁", "en": "who"}}]),
        ("colour", "red"),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(field: str, value: Any) -> None:
    with pytest.raises(BadRule, match=f"“{field}”"):
        rule_from({**PLAIN, field: value})


@pytest.mark.parametrize("field", ["name", "quorum", "silent", "source"])
def test_a_missing_field_is_refused_by_its_name(field: str) -> None:
    with pytest.raises(BadRule, match=f"“{field}”"):
        rule_from({name: value for name, value in PLAIN.items() if name != field})


@pytest.mark.parametrize(
    ("threshold", "whole", "least"),
    [
        (Threshold(2, 3, False, "due"), 3, 2),
        (Threshold(2, 3, False, "due"), 37, 25),
        (Threshold(1, 2, True, "due"), 37, 19),
        (Threshold(1, 2, True, "due"), 38, 20),
        (Threshold(1, 2, False, "due"), 38, 19),
        (Threshold(3, 4, False, "due"), 4, 3),
        (Threshold(3, 4, False, "due"), 5, 4),
        (Threshold(1, 1, False, "due"), 7, 7),
        (Threshold(2, 3, False, "due"), 0, 1),
    ],
)
def test_the_least_that_reaches_a_share(threshold: Threshold, whole: int, least: int) -> None:
    assert threshold.least(whole) == least
    assert threshold.is_met(least, whole)
    assert not threshold.is_met(least - 1, whole)
