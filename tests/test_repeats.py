"""A matter found to be the same as another is merged into it: nobody's voice is lost, no way is a circle, it can be undone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from linli.insight.measures import Happened, ticks
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.reader import Reader
from linli.playbooks.versions import book_of
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.actions.joining import join, judge
from linli.requests.joined import joined_rows
from linli.requests.loop.actions.repeats import merge, undo_merge
from linli.requests.loop.models import Repeat
from linli.requests.loop.repeats import root_of
from linli.requests.models import Joiner
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, nine o'clock here
KNOWN = "同一处漏水已在处理，师傅今天到"


def two(world: World) -> tuple[Matter, Matter]:
    first = a_repair(world, what="二楼水管漏水")
    return first, a_repair(world, what="楼道漏水", by="bo", at="room_unit2")


def merged(world: World, matter: Matter, into: Matter, actor: Reader | None = None) -> Repeat:
    return merge(matter, into.number, reply=KNOWN, actor=actor or world.an)


def whole(*matters: Matter) -> bool:
    return list(broken_chains()) == [] and all(differences(one) == {} for one in matters)


def joiners(matter: Matter) -> set[uuid.UUID]:
    return set(Joiner.objects.filter(matter=matter, left_at__isnull=True).values_list("person_id", flat=True))


def test_it_ends_as_merged_with_a_reply_and_its_raiser_joins_the_other(world: World) -> None:
    first, second = two(world)
    merged(world, second, first)
    second.refresh_from_db()
    assert (second.outcome, second.holder) == ("merged", None)
    assert second.answered_at is not None
    assert joiners(first) == {world.bo.person_id}
    page = text_of(visit(world, "bo").get(f"/matters/{second.number}/"))
    assert KNOWN in page
    assert f"与 {first.number} 号 重复" in page
    assert [row.number for row in joined_rows(world.bo)] == [first.number]
    assert "还有 1 人也反映了这件事" in text_of(visit(world, "mei").get(f"/matters/{first.number}/"))
    assert whole(first, second)


def test_the_raiser_who_came_along_may_judge_the_other_one(world: World) -> None:
    first, second = two(world)
    merged(world, second, first)
    move(first, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(first, "finish", actor=world.gong, answers={"reply": "换了水管"})
    judge(first, "4", actor=world.bo)
    assert Joiner.objects.get(matter=first).score == 4
    assert whole(first, second)


def test_who_had_joined_comes_along_and_nobody_joins_twice(world: World) -> None:
    first, second = two(world)
    Joiner.objects.create(matter=second, person=world.people["qin"], joined_at=clock.now())
    Joiner.objects.create(matter=second, person=world.people["mei"], joined_at=clock.now())
    join(first, actor=world.bo)
    merged(world, second, first)
    assert joiners(first) == {world.people["qin"].pk, world.bo.person_id}


def test_of_ones_own_two_matters_neither_is_joined(world: World) -> None:
    first, second = a_repair(world), a_repair(world, what="还是那根水管")
    merged(world, second, first)
    assert joiners(first) == set()


def test_a_repeat_of_a_repeat_leads_to_the_root(world: World) -> None:
    first, second = two(world)
    third = a_repair(world, what="又有人说漏水", by="bo", at="room_unit2")
    merged(world, second, first)
    repeat = merged(world, third, second)
    assert repeat.of_id == first.pk
    fourth = a_repair(world, what="总管漏水", at="building1", by="mei")
    merged(world, first, fourth)
    assert root_of(third).pk == fourth.pk
    assert joiners(fourth) == {world.bo.person_id}
    assert whole(first, second, third, fourth)


def test_no_way_leads_in_a_circle(world: World) -> None:
    first, second = two(world)
    merged(world, second, first)
    with pytest.raises(Refused, match="merged into itself"):
        merged(world, first, second)
    with pytest.raises(Refused, match="merged into itself"):
        merged(world, first, first)


def ended(world: World) -> Matter:
    first = a_repair(world)
    move(first, "decline", actor=world.an, answers={"reply": "不归这里"})
    return first


def private(world: World) -> Matter:
    answers = {"what": "暖气不热", "theme": "other", "side": "property"}
    other = raise_matter("enquiry", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())
    Duty.objects.filter(matter=other, kind=Duty.HOLDS).update(role="property_desk", place=world.place("estate"))
    return other


def unseen(world: World) -> Matter:
    answers = {"offence": "other", "what": "占道", "phone": ""}
    return raise_matter("joint_enforcement", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())


@pytest.mark.parametrize(
    ("make", "said"),
    [(ended, "has ended and takes nothing in"), (private, "not open to neighbours"), (unseen, "no matter with")],
)
def test_what_takes_nothing_in_is_refused_with_the_reason(world: World, make: object, said: str) -> None:
    other = make(world)  # type: ignore[operator]
    second = a_repair(world, what="楼道漏水", by="bo", at="room_unit2")
    with pytest.raises(Refused, match=said):
        merged(world, second, other)
    second.refresh_from_db()
    assert (second.version, second.is_open) == (1, True)


def test_an_unknown_number_and_one_that_may_not_be_seen_are_not_told_apart(world: World) -> None:
    hidden, second = unseen(world), a_repair(world, by="bo", at="room_unit2")
    said = []
    for number in (hidden.number, 999_999):
        with pytest.raises(Refused) as refused:
            merge(second, number, reply=KNOWN, actor=world.an)
        said.append(refused.value.sentence)
    assert said[0] == said[1]


@pytest.mark.parametrize("who", ["bo", "mei", "gong", "shu", "stranger"])
def test_only_who_holds_it_merges(world: World, who: str) -> None:
    first, second = two(world)
    with pytest.raises(NotYours):
        merged(world, second, first, actor=getattr(world, who))


# -- undoing


def test_within_a_working_day_the_same_office_undoes_it_and_the_limit_ran_on(world: World) -> None:
    with clock.at(NINE):
        first, second = two(world)
        before = Matter.objects.get(pk=second.pk)
        merged(world, second, first)
    with clock.at(NINE + timedelta(minutes=20)):
        undo_merge(second, reason="看错了楼层", actor=world.an)
    second.refresh_from_db()
    assert (second.stage, second.due_at, second.outcome, second.ended_at) == ("received", before.due_at, "", None)
    assert second.answered_at is None
    assert second.entry == before.entry + 2
    assert joiners(first) == set()
    assert whole(first, second)
    look_after(moment=NINE + timedelta(minutes=30))
    second.refresh_from_db()
    assert second.late_at is not None, "its clock did not stop while it was merged"
    move(second, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert whole(first, second)


def test_what_was_late_is_late_again_and_watched(world: World) -> None:
    with clock.at(NINE):
        first, second = two(world)
    look_after(moment=NINE + timedelta(hours=1))
    with clock.at(NINE + timedelta(hours=2)):
        merged(world, second, first)
        undo_merge(second, reason="不是一件事", actor=world.an)
    second.refresh_from_db()
    assert second.late_at == NINE + timedelta(hours=1)
    assert second.duties.filter(kind=Duty.SUPERVISES, until__isnull=True).count() == 1
    assert whole(first, second)


def test_nobody_else_undoes_it_and_nobody_after_the_working_day(world: World) -> None:
    with clock.at(NINE):
        first, second = two(world)
        merged(world, second, first)
        for other in ("bo", "mei", "shu", "gong"):
            with pytest.raises(NotYours, match="Only the office that merged"):
                undo_merge(second, reason="不对", actor=getattr(world, other))
    over = Repeat.objects.get().undo_until
    assert over == datetime(2026, 5, 7, 9, 30, tzinfo=UTC)
    with clock.at(over), pytest.raises(NotYours, match="within a working day"):
        undo_merge(second, reason="不对", actor=world.an)
    with clock.at(over - timedelta(seconds=1)):
        undo_merge(second, reason="不对", actor=world.an)
    with clock.at(over - timedelta(seconds=1)), pytest.raises(Conflict, match="undone already"):
        undo_merge(second, reason="不对", actor=world.an)


def test_a_merging_that_was_undone_leaves_nothing_in_the_figures(world: World) -> None:
    first, second = two(world)
    merged(world, second, first)
    undo_merge(second, reason="不是一件事", actor=world.an)
    move(second, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    events = Event.objects.filter(chain=second.pk).order_by("seq").values_list("seq", "verb", "at", "body")
    measures = [tick.measure for tick in ticks([Happened(*one) for one in events], book_of(second.playbook_id))]
    assert not [name for name in measures if name.endswith("_merged")]
    assert "responded_in_time" in measures


# -- pages


def test_the_page_offers_what_is_open_at_the_same_building(world: World) -> None:
    first, second = two(world)
    elsewhere = a_repair(world, what="二号楼的事", by="qin", at="room_building2")
    page = text_of(visit(world, "an").get(f"/matters/{second.number}/same/"))
    assert f"编号 {first.number} · 二楼水管漏水" in page
    assert f"编号 {elsewhere.number}" not in page


def test_what_was_typed_stays_when_the_number_is_wrong(world: World) -> None:
    _, second = two(world)
    page = visit(world, "an").post(f"/matters/{second.number}/same/", {"other": "999999", "reply": KNOWN})
    assert page.status_code == 422
    assert KNOWN in page.content.decode()
    assert "没有您能看到的这个编号" in text_of(page)


def test_merging_and_undoing_on_the_page(world: World) -> None:
    first, second = two(world)
    client, address = visit(world, "an"), f"/matters/{second.number}/"
    assert client.post(f"{address}same/", {"chosen": str(first.number), "reply": KNOWN}).status_code == 303
    page = text_of(client.get(address))
    assert "已合并办理" in page
    assert "撤销合并" in page
    assert client.post(f"{address}same/undo/", {"reason": "看错了"}).status_code == 303
    assert "待受理" in text_of(client.get(address))
