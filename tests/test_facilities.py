"""The register of facilities: what is covered, what was looked at, and how a finding becomes a matter."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.models import Matter
from linli.people.actions import forget
from linli.people.reader import Reader
from linli.places.facilities import KINDS
from linli.places.facility_actions import Details
from linli.places.facility_queries import Figures, Part, figures_by_kind, figures_by_place
from linli.places.models import Facility, Inspection
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains, events_of
from linli.requests.facilities.actions import (
    add_facility,
    inspect,
    install,
    make_codes,
    report_finding,
    take_off,
)
from linli.requests.models import FacilityMatter
from tests.pages import text_of, visit
from tests.world import World

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)  # twelve o'clock in Hohhot
DAY = date(2026, 6, 1)


def a_lamp(
    world: World, name: str = "门厅灯", *, at: str = "unit1", kind: str = "lamp", planned: bool = False
) -> Facility:
    return add_facility(world.place(at), Details(kind, name, planned=planned, installed_on=DAY), actor=world.jing)


def a_missing_point(world: World, name: str, *, at: str = "building1") -> Facility:
    return add_facility(world.place(at), Details("camera", name, planned=True), actor=world.jing)


# -- what is entered


def test_what_a_facility_went_through_is_a_chain_that_folds_back_into_its_columns(world: World) -> None:
    point = a_missing_point(world, "东侧")
    install(point, on=DAY, actor=world.jing)
    inspect(point, "broken", note="画面黑屏", actor=world.gong)
    take_off(point, actor=world.jing)
    events = events_of(point.pk)
    assert [event.verb for event in events] == ["added", "installed", "inspected", "taken_off"]
    assert {event.subject for event in events} == {"facility"}
    folded: dict[str, object] = {}
    for event in events:
        folded |= event.body["now"]
    point.refresh_from_db()
    today = clock.local_day(clock.now()).isoformat()
    assert (folded["condition"], folded["installed_on"], folded["valid_to"]) == ("broken", "2026-06-01", today)
    assert (point.version, bytes(point.head)) == (4, bytes(events[-1].hash))
    assert list(broken_chains()) == []


def test_verifying_the_record_sees_a_facility_whose_history_was_tampered_with(world: World) -> None:
    lamp = a_lamp(world)
    inspect(lamp, "good", actor=world.gong)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE record_event SET body = jsonb_set(body, '{condition}', '\"broken\"') WHERE chain = %s AND seq = 2",
            [lamp.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert [(fault.subject, fault.chain, fault.seq) for fault in broken_chains()] == [("facility", lamp.pk, 2)]


def test_an_inspection_cannot_be_rewritten_behind_the_program(world: World) -> None:
    seen = inspect(a_lamp(world), "good", actor=world.gong)
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        Inspection.objects.filter(pk=seen.pk).update(condition="broken")


def test_what_an_inspector_noted_stands_sealed_and_goes_with_the_inspector(world: World) -> None:
    lamp = a_lamp(world)
    inspect(lamp, "worn", note="灯罩裂了", actor=world.gong)
    assert "灯罩裂了" not in str(list(Event.objects.values_list("body", flat=True)))
    assert "灯罩裂了" in text_of(visit(world, "an").get(f"/facilities/{lamp.pk}/"))
    forget(world.people["gong"])
    assert "灯罩裂了" not in text_of(visit(world, "an").get(f"/facilities/{lamp.pk}/"))
    assert Sealed.objects.filter(value="灯罩裂了").count() == 0
    assert list(broken_chains()) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (Details("ufo", "灯", installed_on=DAY), "设施类别"),
        (Details("lamp", " ", installed_on=DAY), "名称或编号"),
        (Details("lamp", "长" * 61, installed_on=DAY), "60"),
        (Details("lamp", "灯"), "安装日期"),
        (Details("lamp", "灯", installed_on=date(2999, 1, 1)), "不能晚于今天"),
    ],
)
def test_what_cannot_be_entered_is_said(world: World, given: Details, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        add_facility(world.place("unit1"), given, actor=world.jing)
    assert sentence in refused.value.sentence.zh
    assert Facility.objects.count() == 0


def test_two_things_of_one_kind_at_one_place_need_two_names(world: World) -> None:
    a_lamp(world)
    with pytest.raises(Refused) as refused:
        a_lamp(world)
    assert "同名的照明灯“门厅灯”" in refused.value.sentence.zh
    a_lamp(world, at="unit2")
    assert Facility.objects.count() == 2


def test_what_was_taken_off_takes_no_more_inspections_and_leaves_the_figures(world: World) -> None:
    lamp = a_lamp(world)
    take_off(lamp, actor=world.jing)
    with pytest.raises(Conflict):
        inspect(lamp, "good", actor=world.gong)
    assert figures_by_kind() == {}
    a_lamp(world)  # the name is free again


def test_a_point_where_nothing_stands_cannot_be_inspected(world: World) -> None:
    with pytest.raises(Refused) as refused:
        inspect(a_missing_point(world, "东侧"), "good", actor=world.gong)
    assert "还没有安装" in refused.value.sentence.zh


def test_an_inspection_sent_twice_is_one(world: World) -> None:
    lamp, key = a_lamp(world), uuid.uuid4()
    first = inspect(lamp, "worn", actor=world.gong, key=key)
    assert inspect(lamp, "broken", actor=world.gong, key=key) == first
    lamp.refresh_from_db()
    assert (Inspection.objects.count(), lamp.condition) == (1, "worn")


def test_a_facility_entered_twice_with_one_key_is_one(world: World) -> None:
    key, given = uuid.uuid4(), Details("lamp", "灯", installed_on=DAY)
    both = [add_facility(world.place("unit1"), given, actor=world.jing, key=key) for _ in range(2)]
    assert (both[0], Facility.objects.count()) == (both[1], 1)


# -- who may


@pytest.mark.parametrize(
    ("who", "may"),
    [("gong", True), ("an", True), ("wen", True), ("lao_li", True), ("dan", True), ("min", True),
     ("mei", False), ("bo", False), ("stranger", False), ("fa", False), ("yang", False)],
)  # fmt: skip
def test_who_may_inspect_a_lamp_in_unit_1(world: World, who: str, may: bool) -> None:
    lamp = a_lamp(world)
    if may:
        assert inspect(lamp, "good", actor=getattr(world, who)).by == world.people[who]
    else:
        with pytest.raises(NotYours):
            inspect(lamp, "good", actor=getattr(world, who))


def test_a_stairwell_head_inspects_the_own_unit_alone(world: World) -> None:
    with pytest.raises(NotYours):
        inspect(a_lamp(world, at="unit2"), "good", actor=world.dan)


@pytest.mark.parametrize("who", ["gong", "wen", "lao_li", "mei"])
def test_entering_and_taking_off_is_for_those_who_keep_the_register(world: World, who: str) -> None:
    actor: Reader = getattr(world, who)
    with pytest.raises(NotYours):
        add_facility(world.place("unit1"), Details("lamp", "灯", installed_on=DAY), actor=actor)
    with pytest.raises(NotYours):
        take_off(a_lamp(world), actor=actor)


# -- figures


def test_coverage_counts_planned_points_at_which_something_works(world: World) -> None:
    """Three planned: one works, one is broken, one is missing. A camera outside the plan counts for nothing."""
    a_lamp(world, "东", at="building1", kind="camera", planned=True)
    inspect(a_lamp(world, "西", at="building1", kind="camera", planned=True), "broken", actor=world.gong)
    a_missing_point(world, "北")
    a_lamp(world, "门内", at="building1", kind="camera")
    figures = figures_by_kind()["camera"]
    assert (figures.covered, figures.covered.percent) == (Part(3, 1), "33.3%")
    assert (figures.installed, figures.broken) == (3, 1)


@pytest.mark.parametrize(("condition", "covered"), [("good", 1), ("worn", 1), ("broken", 0), ("out_of_use", 0)])
def test_worn_still_covers_broken_and_out_of_use_do_not(world: World, condition: str, covered: int) -> None:
    inspect(a_lamp(world, planned=True), condition, actor=world.gong)
    assert figures_by_kind()["lamp"].covered == Part(1, covered)


@pytest.mark.parametrize(
    ("ago", "in_time"),
    [
        (timedelta(0), 1),
        (timedelta(days=KINDS["lift"].every, hours=12), 1),  # the first moment of the day fifteen days ago
        (timedelta(days=KINDS["lift"].every, hours=12, seconds=1), 0),
    ],
)
def test_an_inspection_counts_from_the_beginning_of_its_day(world: World, ago: timedelta, in_time: int) -> None:
    with clock.at(NOON - timedelta(days=20)):
        lift = add_facility(
            world.place("unit1"), Details("lift", "DT-1", installed_on=date(2026, 5, 1)), actor=world.jing
        )
    with clock.at(NOON - ago):
        inspect(lift, "good", actor=world.gong)
    with clock.at(NOON):
        assert figures_by_kind()["lift"].inspected == Part(1, in_time)
        due = text_of(visit(world, "an").get("/facilities/?late=yes"))
        assert ("DT-1" in due) is (in_time == 0)


def test_where_nothing_is_planned_there_is_no_share(world: World) -> None:
    a_lamp(world)
    assert figures_by_kind()["lamp"].covered.percent == "—"
    assert Figures().inspected.percent == "—"


def test_only_all_of_them_are_a_hundred_percent() -> None:
    assert [Part(2000, 1999).percent, Part(2000, 2000).percent, Part(3, 2).percent] == ["99.9%", "100%", "66.6%"]


def test_figures_of_places_add_up_what_stands_below_and_nothing_beside(world: World) -> None:
    a_lamp(world, at="unit1")
    a_lamp(world, at="unit2")
    a_lamp(world, at="building1", kind="camera")
    inspect(a_lamp(world, at="building2"), "good", actor=world.gong)
    a_lamp(world, at="estate", kind="bin")
    by_building = {place.name: figures for place, figures in figures_by_place("building")}
    assert {name: one.installed for name, one in by_building.items()} == {"1号楼": 3, "2号楼": 1}
    assert by_building["2号楼"].inspected == Part(1, 1)
    assert [figures.installed for _, figures in figures_by_place("estate")] == [5]


def test_a_place_whose_label_begins_like_anothers_takes_nothing_of_it(world: World) -> None:
    """Building b1 is not building b10, although its path begins the same way."""
    type(world.place("building2")).objects.filter(pk=world.place("building2").pk).update(
        path=world.place("building1").path + "0"
    )
    a_lamp(world, at="building1")
    assert figures_by_kind(world.place("building1"))["lamp"].installed == 1
    lamp = Facility.objects.get()
    Facility.objects.filter(pk=lamp.pk).update(place=world.place("building2").pk)
    assert figures_by_kind(world.place("building1")) == {}


# -- a finding becomes a matter


def test_a_finding_becomes_a_repair_that_names_the_facility(world: World) -> None:
    lamp = a_lamp(world)
    seen = inspect(lamp, "broken", note="整灯不亮。", actor=world.gong)
    matter = report_finding(seen, note="整灯不亮。", actor=world.gong)
    assert (matter.book, matter.place, matter.urgency) == ("repair", world.place("unit1"), "urgent")
    assert matter.facts["facility"] == str(lamp.pk)
    assert "巡检发现照明灯 门厅灯：损坏。整灯不亮。" in text_of(visit(world, "an").get(f"/matters/{matter.number}/"))
    assert FacilityMatter.objects.get().inspection == seen


def test_one_finding_is_one_matter_whoever_taps_again(world: World) -> None:
    seen = inspect(a_lamp(world), "worn", actor=world.gong)
    matters = {report_finding(seen, actor=actor).pk for actor in (world.gong, world.gong, world.an)}
    assert (len(matters), Matter.objects.count()) == (1, 1)


def test_what_is_in_good_order_is_not_reported(world: World) -> None:
    seen = inspect(a_lamp(world), "good", actor=world.gong)
    with pytest.raises(Refused):
        report_finding(seen, actor=world.gong)
    assert Matter.objects.count() == 0


def test_on_the_page_an_inspection_and_its_report_are_two_forms(world: World) -> None:
    lamp, client = a_lamp(world), visit(world, "gong")
    answer = client.post(
        f"/facilities/{lamp.pk}/inspect/", {"condition": "broken", "note": "不亮", "_key": uuid.uuid4()}
    )
    assert (answer.status_code, "done=inspected" in answer["Location"]) == (303, True)
    page = client.get(answer["Location"])
    assert "发现问题：损坏" in text_of(page)
    inspection = re.findall(r'name="inspection" value="([^"]+)"', page.content.decode())[0]
    done = client.post(f"/facilities/{lamp.pk}/report/", {"inspection": inspection})
    assert re.fullmatch(r"/matters/\d+/", done["Location"])
    after = text_of(client.get(f"/facilities/{lamp.pk}/"))
    assert "发现问题" not in after
    assert "报事报修" in after


def test_a_form_without_a_condition_comes_back_with_the_note(world: World) -> None:
    lamp = a_lamp(world)
    answer = visit(world, "gong").post(f"/facilities/{lamp.pk}/inspect/", {"note": "看着不太对"})
    assert answer.status_code == 422
    assert "请选择现在的状况" in text_of(answer)
    assert "看着不太对" in text_of(answer)


def test_a_facility_is_entered_on_the_page_and_mistakes_keep_what_was_typed(world: World) -> None:
    client, given = visit(world, "an"), {"kind": "lift", "place": str(world.place("unit1").pk), "name": "DT-07"}
    wrong = client.post("/facilities/new/", given)
    assert wrong.status_code == 422
    assert 'value="DT-07"' in wrong.content.decode()
    right = client.post("/facilities/new/", {**given, "installed_on": "2026-06-01", "planned": "yes"})
    assert right.status_code == 303
    assert "电梯 DT-07" in text_of(client.get(right["Location"]))


# -- lists


def test_the_register_shows_each_the_own_area(world: World) -> None:
    for name, at in (("甲", "unit1"), ("乙", "unit2"), ("丙", "building2")):
        a_lamp(world, name, at=at)
    shown = {
        who: {name for name in "甲乙丙" if f"照明灯 {name}" in text_of(visit(world, who).get("/facilities/"))}
        for who in ("dan", "lao_li", "wen", "an")
    }
    assert shown == {"dan": {"甲"}, "lao_li": {"甲", "乙"}, "wen": {"甲", "乙"}, "an": {"甲", "乙", "丙"}}


def test_the_list_is_narrowed_by_kind_condition_and_place(world: World) -> None:
    inspect(a_lamp(world, "甲"), "broken", actor=world.gong)
    a_lamp(world, "乙", at="unit2", kind="door")
    client = visit(world, "an")
    for query, shown in (
        ("kind=door", "乙"),
        ("condition=broken", "甲"),
        (f"under={world.place('unit2').path}", "乙"),
        ("kind=nothing", "甲乙"),
    ):
        page = text_of(client.get(f"/facilities/?{query}"))
        assert {name for name in "甲乙" if f" {name} " in page} == set(shown), query


def test_pages_of_the_register_follow_one_another_without_a_gap(world: World) -> None:
    for number in range(120):
        a_lamp(world, f"灯{number:03}", at=("unit1", "unit2", "building2")[number % 3])
    client, address, seen = visit(world, "an"), "/facilities/?kind=lamp", []
    for _ in range(3):
        page = client.get(address)
        seen += re.findall(r"照明灯 (灯\d{3})", page.content.decode())
        more = re.search(r'href="(\?[^"]*after=[^"]+)"', page.content.decode())
        address = "/facilities/" + more[1].replace("&amp;", "&") if more else ""
    assert (len(seen), len(set(seen)), address) == (120, 120, "")


def test_the_register_costs_the_same_however_much_stands_on_it(world: World) -> None:
    client, spent = visit(world, "an"), []
    for more in (1, 30):
        for number in range(more):
            a_lamp(world, f"灯{more}-{number}")
        client.get("/facilities/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/facilities/")
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 9


def test_a_facilitys_page_costs_the_same_after_many_inspections(world: World) -> None:
    lamp, client, spent = a_lamp(world), visit(world, "gong"), []
    for more in (1, 15):
        for _ in range(more):
            report_finding(inspect(lamp, "worn", note="旧了", actor=world.gong), actor=world.gong)
        client.get(f"/facilities/{lamp.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/facilities/{lamp.pk}/")
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 12


def test_the_public_figures_say_how_much_and_name_no_broken_camera(world: World) -> None:
    inspect(a_lamp(world, "东侧", at="building1", kind="camera", planned=True), "broken", actor=world.gong)
    a_missing_point(world, "西侧")
    page = text_of(visit(world).get("/facilities/figures/"))
    assert "0 / 2" in page
    assert "东侧" not in page
    assert "1号楼 1 1 / 1 · 100%" in page


def test_the_public_figures_take_few_questions(world: World) -> None:
    for number in range(20):
        a_lamp(world, f"灯{number}", at=("unit1", "building2")[number % 2])
    client = visit(world)
    client.get("/facilities/figures/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/facilities/figures/")
    assert len(queries) <= 6


def test_next_door_knows_nothing_of_a_facility_here(world: World) -> None:
    lamp = a_lamp(world)
    code = make_codes(world.place("unit1"), facilities=[lamp], actor=world.jing)[0]
    client = visit(world, "an")
    for address in (f"/facilities/{lamp.pk}/", f"/q/{code.token}/"):
        assert client.get(address, headers={"host": "nextdoor.localhost"}).status_code in (302, 404)
    assert client.get(f"/q/{code.token}/", headers={"host": "nextdoor.localhost"}).status_code == 404
