"""Categories as data: the shipped tree is sound, mistakes have their line, and what was written suggests one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django_tenants.utils import tenant_context
from pytest_django import DjangoAssertNumQueries

from linli.districts.models import District
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.playbooks.library import shipped, shipped_names
from linli.playbooks.limits import read_limit
from linli.requests.categories import (
    SHIPPED,
    asked_once,
    categories,
    checked,
    clear_choice,
    for_playbook,
    shipped_categories,
    shipped_source,
    standing_source,
    suggest,
    title_of,
)
from linli.requests.category_actions import (
    BadCategories,
    add_category,
    adopt_categories,
    change_category,
    move_category,
)
from linli.requests.category_file import Category, read_categories
from linli.requests.category_tree import Given
from linli.requests.models import CategoryTree
from linli.requests.own_limits import is_longer
from tests.pages import a_key, text_of, visit
from tests.world import World

NINE = datetime(2026, 5, 11, 1, tzinfo=UTC)


def wrong(text: str) -> list[tuple[str, int, int]]:
    _, problems = read_categories(text, shipped_names())
    return [(problem.check, problem.mark.line, problem.mark.column) for problem in problems]


def test_the_shipped_tree_has_no_problem_and_three_levels_at_the_most() -> None:
    assert wrong(SHIPPED.read_text("utf-8")) == []
    assert len(shipped_categories()) >= 40
    assert max(len(one.line) for one in shipped_categories().values()) <= 3


def test_what_is_left_out_comes_from_above() -> None:
    leak = shipped_categories()["leak"]
    assert (leak.playbook, leak.urgency) == ("repair", "urgent")
    assert shipped_categories()["heating"].urgency == "ordinary"


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
    assert code in [one.code for one in suggest(text, shipped_categories().values())][:2]


@pytest.mark.parametrize("text", ["", "你好", "!!!"])
def test_what_says_nothing_suggests_nothing(text: str) -> None:
    assert suggest(text, shipped_categories().values()) == []


def test_a_title_says_the_wider_one_too_and_an_unknown_code_has_none(district: District) -> None:
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
    assert "已按您写的内容选了“供电照明：楼道灯”" in text_of(answer)
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


# -- a neighbourhood's own tree

OWN = """categories:
  pipes:
    title: {zh: 管道, en: Pipes}
    playbook: repair
    keywords: [漏水, 堵了]
    below:
      burst: {title: {zh: 爆管, en: Burst pipe}, keywords: [爆管], urgency: emergency, limits: {received: 15min}}
      smell: {title: {zh: 返味, en: Smell}, keywords: [返味], hidden: yes}
"""


def own_tree(world: World) -> None:
    adopt_categories(OWN, actor=world.shu)


def test_a_neighbourhood_has_its_own_tree_and_the_one_next_door_keeps_its(world: World) -> None:
    assert list(categories()) == list(shipped_categories())
    own_tree(world)
    assert list(categories()) == ["pipes", "burst", "smell"]
    assert [one.code for one in for_playbook("repair")] == ["pipes", "burst"]
    with tenant_context(District.objects.get(schema_name="nextdoor")):
        assert list(categories()) == list(shipped_categories())


def test_a_matter_keeps_the_name_of_a_category_that_is_no_more(world: World) -> None:
    own_tree(world)
    adopt_categories(GOOD, actor=world.shu)
    former, shipped_one = title_of("burst"), title_of("leak")
    assert former is not None
    assert shipped_one is not None
    assert (former.zh, shipped_one.zh, title_of("never")) == ("管道：爆管", "水暖：漏水渗水", None)


def test_the_urgency_and_the_limits_of_a_category_reach_the_matter(world: World) -> None:
    own_tree(world)
    with clock.at(NINE):
        send(world, "水管爆管了", "burst")
        send(world, "下水堵了", "pipes")
    burst, plain = Matter.objects.order_by("number")
    assert (burst.urgency, burst.due_at) == ("emergency", NINE + timedelta(minutes=15))
    assert (plain.urgency, plain.due_at) == ("ordinary", NINE + timedelta(minutes=30))
    assert differences(burst) == {}
    adopt_categories(OWN.replace("15min", "5min"), actor=world.shu)
    burst.refresh_from_db()
    assert burst.facts["own_limits"] == {"received": "15min"}


def test_what_the_raiser_called_urgent_is_made_no_less_of(world: World) -> None:
    own_tree(world)
    form = {"_key": a_key(), "_place": str(world.place("room").pk), "_urgency": "emergency", "what": "下水堵了"}
    visit(world, "mei").post("/raise/repair/", {**form, "_category": "pipes"})
    assert Matter.objects.get().urgency == "emergency"


@pytest.mark.parametrize(
    ("limits", "checks"),
    [
        ("{received: 15min}", []),
        ("{received: 30min}", []),
        ("{received: 2h}", ["C11"]),
        ("{received: {limit: 2h, reason: 夜间无人值班}}", []),
        ("{received: {limit: 15min}}", []),
        ("{received: soon}", ["C09"]),
        ("{nowhere: 15min}", ["C10"]),
        ("{received: [15min]}", ["G03"]),
        ("{received: {limit: 15min, why: x}}", ["G03"]),
        ("15min", ["G03"]),
    ],
)
def test_a_limit_longer_than_what_was_promised_in_public_needs_a_reason(limits: str, checks: list[str]) -> None:
    text = f"categories:\n  a: {{title: {{zh: 甲, en: A}}, playbook: repair, limits: {limits}}}\n"
    assert [problem.check for problem in checked(text, shipped())[1]] == checks


def test_a_working_day_is_longer_than_a_day_because_of_holidays_and_not_the_other_way_round() -> None:
    book = shipped()["enquiry"]
    assert is_longer(read_limit("3workdays"), read_limit("2workdays"), book)
    assert not is_longer(read_limit("2workdays"), read_limit("2workdays"), book)
    assert not is_longer(read_limit("1h"), read_limit("2workdays"), book)


@pytest.mark.parametrize(
    "text", ["a: 1\n", GOOD.replace("漏水", "水"), GOOD + "  b: {title: {zh: 乙, en: B}, hidden: perhaps}\n"]
)
def test_a_tree_with_a_mistake_is_refused_and_nothing_is_changed(world: World, text: str) -> None:
    with pytest.raises(BadCategories):
        adopt_categories(text, actor=world.shu)
    assert CategoryTree.objects.count() == 0


@pytest.mark.parametrize("key", ["mei", "an", "min", "stranger"])
def test_only_street_and_community_keep_the_categories(world: World, key: str) -> None:
    actor, given = getattr(world, key), Given("甲", "A")
    changes: tuple[Callable[[], object], ...] = (
        lambda: adopt_categories(GOOD, actor=actor),
        lambda: change_category("leak", given, actor=actor, seen=0),
        lambda: add_category("new", "", given, actor=actor, seen=0),
        lambda: move_category("leak", up=True, actor=actor, seen=0),
    )
    for change in changes:
        with pytest.raises(NotYours):
            change()


def test_a_change_of_one_category_leaves_all_others_as_they_were(world: World) -> None:
    before = dict(categories())
    change_category(
        "leak", Given("漏水", "Leak", ["漏水"], limits={"received": {"limit": "10min"}}), actor=world.shu, seen=0
    )
    after = dict(categories())
    assert list(after) == list(before)
    assert {code for code in before if _said(before[code]) != _said(after[code])} == {"leak"}
    assert (after["leak"].urgency, str(after["leak"].limits["received"].limit)) == ("ordinary", "10min")
    with pytest.raises(Conflict, match="Somebody else"):
        change_category("leak", Given("漏", "L"), actor=world.jie, seen=0)


def _said(one: Category) -> tuple[object, ...]:
    limits = {stage: str(own.limit) for stage, own in one.limits.items()}
    return (one.title, one.line, one.keywords, one.playbook, one.urgency, one.hidden, limits)


def test_categories_are_added_and_put_in_order(world: World) -> None:
    own_tree(world)
    add_category("frost", "pipes", Given("冻管", "Frozen pipe"), actor=world.shu, seen=1)
    assert list(categories()) == ["pipes", "burst", "smell", "frost"]
    move_category("frost", up=True, actor=world.shu, seen=2)
    assert list(categories()) == ["pipes", "burst", "frost", "smell"]
    with pytest.raises(Refused, match="is in use"):
        add_category("burst", "", Given("爆管", "Burst"), actor=world.shu, seen=3)
    with pytest.raises(BadCategories):
        add_category("Frost", "", Given("冻管", "Frozen pipe"), actor=world.shu, seen=3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("厨房漏水，楼下都渗水了", "leak"),
        ("电梯困人了，有人被困", "trapped"),
        ("漏水了，停电了", None),
        ("你好", None),
        ("", None),
    ],
)
def test_only_a_clear_suggestion_is_chosen_beforehand(text: str, code: str | None) -> None:
    found = clear_choice(text, shipped_categories().values())
    assert (found.code if found else None) == code


def test_the_form_chooses_while_somebody_writes_and_leaves_what_was_chosen(world: World) -> None:
    client = visit(world, "mei")
    answer = client.post("/raise/repair/category/", {"what": "楼道灯不亮"})
    assert 'value="corridor_light" selected' in answer.content.decode()
    answer = client.post("/raise/repair/category/", {"what": "楼道灯不亮", "_category": "drain"})
    assert 'value="drain" selected' in answer.content.decode()
    assert client.post("/raise/nothing/category/", {}).status_code == 404
    assert client.post("/raise/order/category/", {}).status_code == 404


def test_the_tree_is_looked_up_once_in_a_request(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own_tree(world)
    title_of("burst")
    with asked_once(), django_assert_num_queries(1):
        for code in ("burst", "pipes", "leak"):
            title_of(code)


def test_a_keeper_changes_a_category_on_its_page_and_a_mistake_keeps_what_was_typed(world: World) -> None:
    client = visit(world, "shu")
    assert "水暖" in text_of(client.get("/categories/"))
    assert " open>" not in client.get("/categories/").content.decode().split("<main")[1]
    form = {
        "zh": "漏水",
        "en": "Leaks",
        "keywords": "漏水、渗水",
        "urgency": "emergency",
        "limits": "received: 10min",
        "seen": "0",
    }
    assert client.post("/category/leak/", {**form, "limits": "received: 9d"}).status_code == 422
    answer = client.post("/category/leak/", {**form, "limits": "十分钟"})
    assert (answer.status_code, "十分钟</textarea>" in answer.content.decode()) == (422, True)
    saved = client.post("/category/leak/", form)
    assert (saved.status_code, saved["Location"]) == (303, "/categories/?done=yes&at=leak#leak")
    assert client.get(saved["Location"]).content.decode().count(" open><summary>") == 1
    assert (categories()["leak"].title.zh, categories()["leak"].urgency) == ("漏水", "emergency")
    assert "received: 10min" in client.get("/category/leak/").content.decode()
    assert client.post("/category/leak/", form).status_code == 409
    assert client.get("/category/nothing/").status_code == 404
    assert (
        client.post(
            "/category/new/", {**form, "code": "frost", "under": "water_heating", "seen": "1", "limits": ""}
        ).status_code
        == 303
    )
    assert categories()["frost"].line == ("water_heating", "frost")
    assert client.post("/category/frost/move/", {"way": "up", "seen": "2"}).status_code == 303


def test_what_was_exported_can_be_imported_and_says_the_same(world: World) -> None:
    client = visit(world, "shu")
    own_tree(world)
    text = client.get("/categories/tree.yaml").content.decode()
    assert text == OWN == standing_source()
    file = SimpleUploadedFile("mine.yaml", shipped_source().encode())
    assert client.post("/categories/import/", {"file": file, "seen": "1"}).status_code == 303
    assert [_said(one) for one in categories().values()] == [_said(one) for one in shipped_categories().values()]
    bad = SimpleUploadedFile("mine.yaml", b"categories:\n  A: {title: {zh: x, en: x}}\n")
    answer = client.post("/categories/import/", {"file": bad, "seen": "2"})
    assert (answer.status_code, "2:3" in text_of(answer)) == (422, True)
    assert client.post("/categories/import/", {"seen": "2"}).status_code == 422


def test_the_command_exports_and_adopts(world: World, tmp_path: Path) -> None:
    file, out = tmp_path / "mine.yaml", StringIO()
    file.write_text(OWN, "utf-8")
    call_command("requests", "categories", "adopt", str(file), "--district", "here", "--lang", "en", stdout=out)
    assert out.getvalue() == "adopted as version 1\n"
    out = StringIO()
    call_command("requests", "categories", "export", "--district", "here", stdout=out)
    assert out.getvalue() == OWN
    with pytest.raises(SystemExit):
        call_command("requests", "categories", "export", stdout=out, stderr=StringIO())
