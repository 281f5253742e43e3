"""Categories as data: the shipped tree is sound, mistakes have their line, and what was written suggests one."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from linli.matters.models import Matter
from linli.playbooks.library import shipped_names
from linli.requests.categories import SHIPPED, categories, for_playbook, suggest, title_of
from linli.requests.category_file import read_categories
from tests.pages import a_key, text_of, visit
from tests.world import World


def wrong(text: str) -> list[tuple[str, int, int]]:
    _, problems = read_categories(text, shipped_names())
    return [(problem.check, problem.mark.line, problem.mark.column) for problem in problems]


def test_the_shipped_tree_has_no_problem_and_three_levels_at_the_most() -> None:
    assert wrong(SHIPPED.read_text("utf-8")) == []
    assert len(categories()) >= 40
    assert max(len(one.line) for one in categories().values()) <= 3


def test_what_is_left_out_comes_from_above() -> None:
    leak = categories()["leak"]
    assert (leak.playbook, leak.urgency) == ("repair", "urgent")
    assert categories()["heating"].urgency == "ordinary"


GOOD = "categories:\n  a: {title: {zh: 甲, en: A}, keywords: [漏水]}\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (GOOD, []),
        ("", [("G05", 1, 1)]),
        ("a: 1\n", [("G05", 1, 1)]),
        ("categories:\n  A-b: {title: {zh: 甲, en: A}}\n", [("C01", 2, 3)]),
        (GOOD + "  b:\n    title: {zh: 乙, en: B}\n    below:\n      a: {title: {zh: 丙, en: C}}\n", [("C02", 6, 7)]),
        ("categories:\n  a: {title: {zh: 甲}}\n", [("C04", 2, 14)]),
        ("categories:\n  a: {keywords: [漏水]}\n", [("C04", 2, 3)]),
        ("categories:\n  a: {title: {zh: 甲, en: A}, keywords: [水]}\n", [("C05", 2, 44)]),
        ("categories:\n  a: {title: {zh: 甲, en: A}, playbook: repairs}\n", [("C06", 2, 43)]),
        ("categories:\n  a: {title: {zh: 甲, en: A}, urgency: soon}\n", [("C07", 2, 42)]),
        ("categories:\n  a: {title: {zh: 甲, en: A}, keyword: [漏水]}\n", [("G05", 2, 33)]),
        ("categories:\n  a: 1\n", [("G03", 2, 6)]),
        (GOOD + "  a: {title: {zh: 乙, en: B}}\n", [("G04", 3, 3)]),
    ],
)
def test_each_mistake_has_its_line_and_column(text: str, problems: list[tuple[str, int, int]]) -> None:
    found = wrong(text)
    assert [each[:2] for each in found] == [each[:2] for each in problems]


def test_a_fourth_level_is_one_too_many() -> None:
    text = "categories:\n"
    for depth, code in enumerate("abcd"):
        pad = "  " * (2 * depth + 1)
        text += f"{pad}{code}:\n{pad}  title: {{zh: 甲, en: A}}\n{pad}  below:\n"
    text += "                x: {title: {zh: 乙, en: B}}\n"
    assert ("C03", 11) in [each[:2] for each in wrong(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("厨房漏水，楼下都湿了", "leak"),
        ("电梯停了，有人被困", "trapped"),
        ("楼道灯不亮", "corridor_light"),
        ("有人从楼上高空抛物", "falling"),
        ("电动车飞线充电", "charging"),
        ("物业费又涨价了", "company_fee"),
        ("邻居遛狗不牵绳", "animals"),
    ],
)
def test_what_was_written_suggests_a_category(text: str, code: str) -> None:
    assert code in [one.code for one in suggest(text, categories().values())][:2]


@pytest.mark.parametrize("text", ["", "你好", "!!!"])
def test_what_says_nothing_suggests_nothing(text: str) -> None:
    assert suggest(text, categories().values()) == []


def test_a_title_says_the_wider_one_too_and_an_unknown_code_has_none() -> None:
    leak = title_of("leak")
    assert leak is not None
    assert leak.zh == "水暖：漏水渗水"
    assert title_of("gone") is None


def send(world: World, what: str, category: str) -> int:
    form = {"_key": a_key(), "_place": str(world.place("room").pk), "_urgency": "ordinary", "what": what}
    return visit(world, "mei").post("/raise/repair/", {**form, "_category": category}).status_code


def test_the_category_is_stored_and_shown_at_the_desk_and_with_the_matter(world: World) -> None:
    assert send(world, "水管漏水", "leak") == 303
    matter = Matter.objects.get()
    assert matter.category == "leak"
    assert "水暖：漏水渗水" in text_of(visit(world, "an").get("/desk/"))
    assert "水暖：漏水渗水" in text_of(visit(world, "an").get(f"/matters/{matter.number}/"))


@pytest.mark.parametrize("category", ["", "nothing", "x" * 500, "illegal_building"])
def test_what_is_no_category_here_is_left_out(world: World, category: str) -> None:
    assert send(world, "水管漏水", category) == 303
    assert Matter.objects.get().category == ""


def test_the_form_offers_those_of_its_method_the_suggested_ones_first(world: World) -> None:
    client = visit(world, "mei")
    assert "属于哪一类" in text_of(client.get("/raise/repair/"))
    assert "属于哪一类" not in text_of(client.get("/raise/order/"))
    form = {"_key": a_key(), "_place": str(world.place("room").pk), "_urgency": "ordinary", "phone": "12"}
    answer = client.post("/raise/repair/", {**form, "what": "楼道灯不亮"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "可能是：供电照明：楼道灯" in text_of(answer)
    assert body.index('value="corridor_light"') < body.index('value="water_heating"')
    assert {one.playbook for one in for_playbook("repair")} <= {"", "repair"}


def test_the_command_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("categories:\n  A: {title: {zh: 甲, en: A}}\n", "utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("requests", "categories", "check", str(file), stdout=out)
    assert f"{file}:2:3 C01" in out.getvalue()
    out = StringIO()
    call_command("requests", "categories", "check", str(SHIPPED), "--lang", "en", stdout=out)
    assert "no problems" in out.getvalue()
