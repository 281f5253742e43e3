"""A matter in parts: each with a holder, a deadline and an end of its own, and the whole not solved before they are."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters import photo_files
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import Answers
from linli.matters.models import Matter, Photo
from linli.matters.queries import matters_of
from linli.matters.replay import differences
from linli.people.actions import forget
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.loop.actions.splitting import NewPart, split
from linli.requests.loop.splits import books_for_parts
from tests.pages import a_key, text_of, visit
from tests.photos import a_photo
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)


def a_part(world: World, what: str, *, at: str = "room", book: str = "repair") -> NewPart:
    return NewPart(book, world.place(at), Answers({}, {"what": what}))


def split_by(world: World, matter: Matter, *parts: NewPart, actor: Reader | None = None) -> list[Matter]:
    numbers = split(matter, parts, actor=actor or world.an, key=uuid.uuid4())
    return [Matter.objects.get(number=number) for number in numbers]


def in_two(world: World) -> tuple[Matter, Matter, Matter]:
    matter = a_repair(world, what="厨房漏水，楼道灯也不亮")
    first, second = split_by(world, matter, a_part(world, "厨房漏水"), a_part(world, "楼道灯不亮", at="unit1"))
    return matter, first, second


def repaired(world: World, matter: Matter, *, up_to: str = "confirm") -> None:
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": "修好了"})
    if up_to == "confirm":
        move(matter, "confirm", actor=world.mei, answers={"score": 5})


def whole(*matters: Matter) -> bool:
    return list(broken_chains()) == [] and all(differences(one) == {} for one in matters)


def test_each_part_is_a_matter_of_its_own_for_the_same_raiser(world: World) -> None:
    matter, first, second = in_two(world)
    for part in (first, second):
        assert (part.parent_id, part.bond, part.raiser_id) == (matter.pk, "part", world.mei.person_id)
        assert part.holder is not None
        assert part.due_at is not None
    assert second.place_id == world.place("unit1").pk
    matter.refresh_from_db()
    assert (matter.stage, matter.version) == ("received", 2)
    assert whole(matter, first, second)


def test_a_part_is_no_called_unit(world: World) -> None:
    """A joint call goes on once its units are back, whatever parts there are; and its table names no part."""
    from_raiser = {"what": "阳台搭建", "offence": "building", "phone": ""}
    matter = _called(world, from_raiser)
    (part,) = split_by(world, matter, a_part(world, "先清走堆物"), actor=world.shu)
    page = text_of(visit(world, "shu").get(f"/matters/{matter.number}/"))
    assert matter.children.filter(bond="called").count() == 1
    called = matter.children.get(bond="called")
    move(called, "accept", actor=world.fa)
    move(called, "arrive", actor=world.fa)
    _report(called, world)
    matter.refresh_from_db()
    assert matter.stage == "judging"
    part.refresh_from_db()
    assert part.is_open
    assert str(part.number) in page
    assert whole(matter, part, called)


def _called(world: World, form: dict[str, str]) -> Matter:
    matter = raise_matter(
        "joint_enforcement", world.place("building1"), actor=world.wen, answers=form, key=uuid.uuid4()
    )
    move(matter, "dissuade", actor=world.jing, answers={"stopped": "no", "notice": [a_photo()]})
    move(matter, "report", actor=world.jing, answers={"findings": "仍在施工"})
    move(matter, "whistle", actor=world.shu, answers={"units": [world.id_of("fa")], "task": "请到场"})
    return Matter.objects.get(pk=matter.pk)


def _report(called: Matter, world: World) -> None:
    move(called, "finish", actor=world.fa, answers={"reply": "已拆除", "caller_score": 5})
    move(called, "confirm", actor=world.shu, answers={"score": 5})


def test_the_whole_is_not_solved_while_a_part_goes_on(world: World) -> None:
    matter, first, second = in_two(world)
    repaired(world, matter, up_to="finish")
    with pytest.raises(Refused) as refused:
        move(matter, "confirm", actor=world.mei, answers={"score": 5})
    assert str(first.number) in refused.value.sentence.zh
    assert str(second.number) in refused.value.sentence.en
    repaired(world, first)
    with pytest.raises(Refused, match=str(second.number)):
        move(matter, "confirm", actor=world.mei, answers={"score": 5})
    move(second, "decline", actor=world.an, answers={"reply": "路灯归市政"})
    move(matter, "confirm", actor=world.mei, answers={"score": 5})
    ends = {one.number: one.outcome for one in Matter.objects.all()}
    assert ends == {matter.number: "solved", first.number: "solved", second.number: "declined"}
    assert whole(matter, first, second)


@pytest.mark.parametrize(("name", "outcome"), [("decline", "declined"), ("withdraw", "withdrawn")])
def test_any_other_end_is_its_own_and_writes_none_on_the_parts(world: World, name: str, outcome: str) -> None:
    matter, first, second = in_two(world)
    who, answers = (world.an, {"reply": "不归这里"}) if name == "decline" else (world.mei, {})
    move(matter, name, actor=who, answers=answers)
    for part in (first, second):
        part.refresh_from_db()
        assert part.is_open
        assert Event.objects.filter(chain=part.pk).count() == 1
    matter.refresh_from_db()
    assert matter.outcome == outcome


def test_silence_does_not_solve_what_has_parts_going_on(world: World) -> None:
    with clock.at(NINE):
        matter, first, second = in_two(world)
        repaired(world, matter, up_to="finish")
    week = NINE + timedelta(days=7)
    look_after(moment=week)
    matter.refresh_from_db()
    assert (matter.stage, matter.due_at, matter.late_at) == ("confirming", week + timedelta(days=7), None)
    told = Event.objects.get(chain=matter.pk, verb="waits_for_parts").body
    assert told["numbers"] == [first.number, second.number]
    assert whole(matter)
    with clock.at(week):
        for part in (first, second):
            move(part, "decline", actor=world.an, answers={"reply": "不归这里"})
    look_after(moment=week + timedelta(days=7))
    matter.refresh_from_db()
    assert matter.stage == "close_unrated"
    assert whole(matter, first, second)


@pytest.mark.parametrize("who", ["mei", "bo", "gong", "shu", "stranger"])
def test_only_who_holds_it_splits(world: World, who: str) -> None:
    matter = a_repair(world)
    with pytest.raises(NotYours):
        split_by(world, matter, a_part(world, "别的"), actor=getattr(world, who))
    assert Matter.objects.count() == 1


def test_a_part_is_not_split_again(world: World) -> None:
    _, first, _ = in_two(world)
    with pytest.raises(Conflict, match="cannot be split again"):
        split_by(world, first, a_part(world, "更小的"))


def test_a_matter_has_ten_parts_at_the_most(world: World) -> None:
    matter, *_ = in_two(world)
    with pytest.raises(Refused, match="10 parts at the most; there are 2"):
        split_by(world, matter, *(a_part(world, f"第{n}件") for n in range(9)))
    assert Matter.objects.count() == 3
    split_by(world, matter, *(a_part(world, f"第{n}件") for n in range(8)))
    assert matter.children.count() == 10


def test_no_part_stands_elsewhere(world: World) -> None:
    matter = a_repair(world)
    for elsewhere in ("room_unit2", "room_building2", "unit2", "room_next"):
        with pytest.raises(Refused, match="at the matter's own place"):
            split_by(world, matter, a_part(world, "别人家的", at=elsewhere))
    split_by(world, matter, a_part(world, "整栋楼的", at="building1"))


def test_what_nobody_begins_by_hand_is_no_part(world: World) -> None:
    assert {"called_unit", "order", "patrol", "imported_request"}.isdisjoint(books_for_parts())
    assert {"repair", "joint_enforcement", "suggestion", "enquiry"} <= set(books_for_parts())
    matter = a_repair(world)
    with pytest.raises(Refused, match="cannot be handled by"):
        split_by(world, matter, a_part(world, "点单", book="order"))


def test_the_same_submission_sent_twice_splits_once(world: World) -> None:
    matter, key = a_repair(world), uuid.uuid4()
    first = split(matter, [a_part(world, "甲")], actor=world.an, key=key)
    again = split(matter, [a_part(world, "甲")], actor=world.an, key=key)
    assert first == again
    assert matter.children.count() == 1


# -- photos that go along


def shown(matter: Matter) -> list[str]:
    return [str(one) for one in matter.photos.order_by("id").values_list("pk", flat=True)]


def test_each_part_takes_the_photos_that_were_chosen_for_it_as_its_own(world: World) -> None:
    matter = a_repair(world, what="厨房漏水，楼道灯也不亮", photos=[a_photo("a.jpg"), a_photo("b.jpg")])
    tap, lamp = matter.photos.order_by("id")
    first, second, third = split_by(
        world,
        matter,
        replace(a_part(world, "厨房漏水"), photos=(tap.pk,)),
        replace(a_part(world, "楼道灯不亮", at="unit1"), photos=(lamp.pk, tap.pk)),
        a_part(world, "查一下总阀"),
    )
    assert [one.photos.count() for one in (matter, first, second, third)] == [2, 1, 2, 0]
    copy = first.photos.get()
    assert copy.pk != tap.pk
    assert (bytes(copy.digest or b""), copy.name) == (bytes(tap.digest or b""), "photos")
    assert bytes(copy.key or b"") != bytes(tap.key or b"")
    for size in photo_files.SIZES:
        mine, theirs = (photo_files.get(one.pk, bytes(one.key or b""), size) for one in (copy, tap))
        assert mine == theirs
        assert mine is not None
    page = visit(world, "an").get(f"/matters/{first.number}/").content.decode()
    assert f"/matters/{first.number}/photos/{copy.pk}/" in page
    assert whole(matter, first, second, third)


def test_a_part_keeps_its_photo_when_the_whole_loses_it_and_loses_it_with_the_raiser(world: World) -> None:
    matter = a_repair(world, photos=[a_photo()])
    (part,) = split_by(world, matter, replace(a_part(world, "甲"), photos=(matter.photos.get().pk,)))
    assert part.photos.get().about_id == world.mei.person_id
    forget(world.people["mei"])
    assert not Photo.objects.filter(matter__in=[matter, part], key__isnull=False).exists()
    assert list(broken_chains()) == []


def test_no_photo_of_another_matter_none_that_is_private_and_none_where_there_is_no_room(world: World) -> None:
    matter, other = a_repair(world, photos=[a_photo()]), a_repair(world, photos=[a_photo()])
    (own,), (foreign,) = matter.photos.all(), other.photos.all()
    with pytest.raises(Refused, match="no longer there"):
        split_by(world, matter, replace(a_part(world, "甲"), photos=(foreign.pk,)))
    with pytest.raises(Refused, match="no field for photos"):
        split_by(world, matter, replace(a_part(world, "甲", book="enquiry"), photos=(own.pk,)))
    with pytest.raises(Refused, match="9 photos at the most"):
        split_by(world, matter, replace(a_part(world, "甲"), photos=tuple(uuid.uuid4() for _ in range(10))))
    Photo.objects.filter(pk=own.pk).update(private=True)
    with pytest.raises(Refused, match="no longer there"):
        split_by(world, matter, replace(a_part(world, "甲"), photos=(own.pk,)))
    assert not matter.children.exists()


def test_the_form_offers_the_photos_for_each_part_and_keeps_what_was_chosen(world: World) -> None:
    matter, room = a_repair(world, photos=[a_photo("a.jpg"), a_photo("b.jpg")]), world.place("room")
    client, address = visit(world, "an"), f"/matters/{matter.number}/split/"
    tap, lamp = shown(matter)
    assert client.get(address).content.decode().count(f'value="{tap}"') == 2
    rows = [("厨房漏水", "enquiry", room), ("灯不亮", "repair", room)]
    refused = client.post(address, form_of(world, *rows, **{"0-photo": tap, "1-photo": lamp}))
    assert refused.status_code == 422
    assert f'value="{tap}" checked' in refused.content.decode()
    rows[0] = ("厨房漏水", "repair", room)
    assert client.post(address, form_of(world, *rows, **{"0-photo": tap, "1-photo": lamp})).status_code == 303
    assert [one.photos.count() for one in matter.children.order_by("number")] == [1, 1]
    assert client.post(address, form_of(world, ("丙", "repair", room), **{"0-photo": "x"})).status_code == 422


# -- pages


def form_of(world: World, *rows: tuple[str, str, Place], **more: str) -> dict[str, str]:
    sent = {"_key": a_key(), "_rows": str(len(rows)), **more}
    for index, (text, book, place) in enumerate(rows):
        sent |= {f"{index}-text": text, f"{index}-book": book, f"{index}-place": str(place.pk)}
    return sent


def test_a_row_without_words_is_no_part_and_what_a_method_asks_is_asked_for(world: World) -> None:
    matter, client, room = a_repair(world), visit(world, "an"), world.place("room")
    address = f"/matters/{matter.number}/split/"
    rows = [("阳台搭建", "joint_enforcement", room), ("", "repair", room), ("灯不亮", "repair", room)]
    missing = client.post(address, form_of(world, *rows))
    assert missing.status_code == 422
    assert "“问题类型”" in text_of(missing)
    assert 'name="0-offence"' in missing.content.decode()
    assert not matter.children.exists()
    sent = client.post(address, form_of(world, *rows, **{"0-offence": "building"}))
    assert sent.status_code == 303
    assert list(matter.children.order_by("number").values_list("book", flat=True)) == ["joint_enforcement", "repair"]
    assert matter.children.get(book="joint_enforcement").facts["offence"] == "building"


def test_one_more_part_keeps_what_was_typed(world: World) -> None:
    matter, room = a_repair(world), world.place("room")
    page = visit(world, "an").post(
        f"/matters/{matter.number}/split/", form_of(world, ("先修水管", "repair", room), _more="yes")
    )
    assert page.status_code == 200
    assert "先修水管" in page.content.decode()
    assert 'name="1-text"' in page.content.decode()


def test_the_raiser_sees_one_matter_with_its_parts(world: World) -> None:
    matter, first, second = in_two(world)
    assert [row.number for row in matters_of(world.mei)[0]] == [matter.number]
    page = text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    for part in (first, second):
        assert f"编号 {part.number}" in page
    move(first, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(first, "finish", actor=world.gong, answers={"reply": "好了"})
    assert [row.number for row in matters_of(world.mei)[0]] == [first.number, matter.number], "now it waits for her"
    assert f"从 {matter.number} 号分出" in text_of(visit(world, "mei").get(f"/matters/{first.number}/"))


def test_outsiders_see_no_parts(world: World) -> None:
    matter, first, _ = in_two(world)
    for outsider in ("bo", "stranger", ""):
        page = visit(world, outsider).get(f"/matters/{matter.number}/").content.decode()
        assert f"/matters/{first.number}/" not in page


def test_ten_parts_take_no_more_queries_than_one(world: World) -> None:
    matter = a_repair(world)
    split_by(world, matter, a_part(world, "第一件"))
    client, address = visit(world, "mei"), f"/matters/{matter.number}/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    split_by(world, matter, *(a_part(world, f"第{n}件") for n in range(9)))
    with CaptureQueriesContext(connection) as ten:
        client.get(address)
    assert len(ten) == len(one)
