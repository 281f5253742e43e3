"""The same move on several matters: what is offered, what is shown beforehand, what becomes of each."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.desk.actions.bulk import DONE, OVERTAKEN, REFUSED, Wanted, move_many
from linli.desk.bulk import GONE_ON, choose, preview
from linli.desk.models import BulkMove
from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import BadAnswers
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.people.reader import Reader
from linli.record.models import Event
from linli.record.queries import broken_chains
from tests.pages import text_of, visit
from tests.world import World, a_repair

REPLY = {"reply": "不归物业管，已转告自来水公司。"}


def some(world: World, number: int = 3) -> list[Matter]:
    return [a_repair(world, what=f"第{one}件") for one in range(number)]


def wanted(*matters: Matter) -> list[Wanted]:
    return [Wanted(one.number, one.version) for one in matters]


def what_became(made: BulkMove) -> dict[int, str]:
    return {line["number"]: line["what"] for line in made.lines}


def events(matter: Matter) -> list[str]:
    return list(Event.objects.filter(chain=matter.pk).order_by("seq").values_list("verb", flat=True))


# -- what is offered


def test_a_move_that_all_offer_comes_before_one_that_only_some_do(world: World) -> None:
    received, doing = some(world, 2)
    move(doing, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(received, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    third = a_repair(world)
    move(third, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    offers = choose(world.gong, [received.number, doing.number, third.number]).offers
    assert [(one.name, one.by_all) for one in offers] == [("finish", True), ("hand_up", True)]


def test_moves_of_some_are_named_with_their_numbers(world: World) -> None:
    asked, letter = (
        raise_matter(
            name, world.place("room"), actor=getattr(world, by), answers={"what": "几点供暖？"}, key=uuid.uuid4()
        )
        for name, by in (("enquiry", "mei"), ("imported_request", "min"))
    )
    offers = choose(world.min, [asked.number, letter.number]).offers
    assert not any(one.by_all for one in offers)
    assert {one.numbers for one in offers if one.name == "decline"} == {(letter.number,)}
    answer = visit(world, "min").post("/desk/bulk/", {"_matter": [asked.number, letter.number], "_move": "decline"})
    assert answer.status_code == 422


def test_a_verdict_is_nobodys_to_give_for_several_at_once(world: World) -> None:
    both = some(world, 2)
    for one in both:
        move(one, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(one, "finish", actor=world.gong, answers={"reply": "换了接头。"})
    chosen = choose(world.mei, [one.number for one in both])
    assert (len(chosen.chosen), chosen.offers) == (2, [])


def test_what_waits_for_somebody_else_cannot_be_chosen(world: World) -> None:
    matter = a_repair(world, at="room_unit2", by="bo", what="李伯家漏水")
    for key in ("mei", "dan", "gong", "stranger"):
        assert choose(getattr(world, key), [matter.number]).chosen == ()
    answer = visit(world, "dan").post("/desk/bulk/", {"_matter": matter.number})
    assert answer.status_code == 422
    assert "李伯家漏水" not in answer.content.decode()


# -- what is shown beforehand


def test_the_preview_says_of_each_what_then_happens_and_changes_nothing(world: World) -> None:
    matters = some(world)
    choice = choose(world.an, [one.number for one in matters])
    with clock.at(clock.now()):
        told = preview(choice, "accept", {"worker": world.id_of("gong")}, {})
        for one in matters:
            assert events(one) == ["raised"]
            move(one, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    for one, prospect in zip(matters, told, strict=True):
        one.refresh_from_db()
        assert prospect.refused is None
        assert prospect.to is not None
        assert prospect.holder is not None
        assert (prospect.to.zh, prospect.holder.zh) == ("维修中", "龚师傅")
        assert prospect.due is not None
        assert one.due_at is not None
        assert abs(prospect.due - one.due_at) < timedelta(minutes=1)


def test_an_end_shows_no_holder_and_no_deadline(world: World) -> None:
    told = preview(choose(world.an, [a_repair(world).number]), "decline", REPLY, {})
    assert [(one.to.zh if one.to else "", one.holder, one.due) for one in told] == [("办结：不予受理", None, None)]


def test_the_preview_refuses_what_has_gone_on_since(world: World) -> None:
    first, second = some(world, 2)
    told = preview(choose(world.an, [first.number, second.number]), "decline", REPLY, {first.number: 0})
    assert {one.number: one.refused for one in told} == {first.number: GONE_ON, second.number: None}


@pytest.mark.parametrize(
    ("name", "given", "wrong"),
    [("decline", {}, "reply"), ("accept", {}, "worker"), ("accept", {"worker": "x"}, "worker"),
     ("decline", {"reply": "字" * 2001}, "reply")],
)  # fmt: skip
def test_what_is_wrong_for_all_comes_back_at_its_field(
    world: World, name: str, given: dict[str, str], wrong: str
) -> None:
    choice = choose(world.an, [one.number for one in some(world, 2)])
    with pytest.raises(BadAnswers) as bad:
        preview(choice, name, given, {})
    assert list(bad.value.problems) == [wrong]


def test_somebody_without_that_role_cannot_be_named(world: World) -> None:
    choice = choose(world.an, [a_repair(world).number])
    with pytest.raises(BadAnswers):
        preview(choice, "accept", {"worker": world.id_of("mei")}, {})


def test_choosing_and_looking_take_the_same_number_of_queries_for_two_and_for_forty(world: World) -> None:
    counted = []
    for number in (2, 40):
        numbers = [one.number for one in some(world, number)]
        reader = Reader(world.people["an"])
        with CaptureQueriesContext(connection) as asked:
            preview(choose(reader, numbers), "accept", {"worker": world.id_of("gong")}, {})
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 6  # posts, matters, lines, words, calendar, who was named


# -- what becomes of each


def test_each_goes_through_the_one_door_and_says_what_became_of_it(world: World) -> None:
    done, gone_on, not_mine = a_repair(world), a_repair(world), a_repair(world)
    asked = wanted(done, gone_on, not_mine)
    move(gone_on, "withdraw", actor=world.mei)
    move(not_mine, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(not_mine, "hand_up", actor=world.gong, answers={"reason": "要换总阀"})
    made = move_many([*asked, Wanted(999_999, 1)], "decline", answers=REPLY, actor=world.an, key=uuid.uuid4())
    assert what_became(made) == {
        done.number: DONE, gone_on.number: OVERTAKEN, not_mine.number: OVERTAKEN, 999_999: REFUSED,
    }  # fmt: skip
    done.refresh_from_db()
    assert done.outcome == "declined"
    assert all(differences(one) == {} for one in (done, gone_on, not_mine))
    assert list(broken_chains()) == []


def test_what_is_another_ones_is_refused_with_the_sentence_of_the_rule(world: World) -> None:
    matter = a_repair(world)
    made = move_many(wanted(matter), "decline", answers=REPLY, actor=world.bo, key=uuid.uuid4())
    assert what_became(made) == {matter.number: REFUSED}
    assert "现在应由物业前台来做" in made.lines[0]["zh"]
    assert events(matter) == ["raised"]


def test_a_warning_in_between_takes_nobodys_turn(world: World) -> None:
    matter = a_repair(world)
    asked = wanted(matter)
    assert matter.warn_at is not None
    look_after(moment=matter.warn_at)
    assert events(matter) == ["raised", "warned"]
    made = move_many(asked, "decline", answers=REPLY, actor=world.an, key=uuid.uuid4())
    assert what_became(made) == {matter.number: DONE}


def test_the_same_submission_again_changes_nothing(world: World) -> None:
    matters, key = some(world), uuid.uuid4()
    first = move_many(wanted(*matters), "decline", answers=REPLY, actor=world.an, key=key)
    again = move_many(wanted(*matters), "decline", answers=REPLY, actor=world.an, key=key)
    assert (first.pk, first.lines) == (again.pk, again.lines)
    assert [events(one) for one in matters] == [["raised", "moved"]] * 3


def test_a_submission_that_stopped_in_the_middle_is_taken_up_where_it_was(world: World) -> None:
    matters, key = some(world), uuid.uuid4()
    move(matters[0], "decline", actor=world.an, answers=REPLY, seen=1, key=uuid.uuid5(key, str(matters[0].pk)))
    made = move_many(wanted(*matters), "decline", answers=REPLY, actor=world.an, key=key)
    assert set(what_became(made).values()) == {DONE}
    assert [events(one) for one in matters] == [["raised", "moved"]] * 3


def test_what_is_kept_of_it_holds_nobodys_words(world: World) -> None:
    made = move_many(wanted(a_repair(world)), "decline", answers=REPLY, actor=world.an, key=uuid.uuid4())
    assert REPLY["reply"] not in str(BulkMove.objects.filter(pk=made.pk).values().get())


# -- the pages


def hidden_in(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that would do it."""
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if 'value="do"' in form)
    return [
        one
        for one in re.findall(r'type="hidden" name="(_?\w+)" value="([^"]*)"', form)
        if one[0] != "csrfmiddlewaretoken"
    ]


def fields(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_four_pages_lead_from_the_desk_to_what_was_done(world: World) -> None:
    matters = some(world)
    client = visit(world, "an")
    numbers = [one.number for one in matters]
    desk = client.get("/desk/").content.decode()
    assert desk.count('name="_matter"') == 3
    chosen = client.post("/desk/bulk/", {"_matter": numbers, "_step": "choose"})
    assert "不予受理" in text_of(chosen)
    filling = client.post("/desk/bulk/", {"_matter": numbers, "_move": "decline"})
    assert 'name="reply"' in filling.content.decode()
    missing = client.post("/desk/bulk/", {"_matter": numbers, "_move": "decline", "_step": "look", "reply": " "})
    assert missing.status_code == 422
    look = client.post("/desk/bulk/", {"_matter": numbers, "_move": "decline", "_step": "look", **REPLY})
    assert "办结：不予受理" in text_of(look)
    assert not BulkMove.objects.exists()
    form = {**fields(hidden_in(look.content.decode())), "_step": "do"}
    done = client.post("/desk/bulk/", form)
    assert done.status_code == 303
    assert client.post("/desk/bulk/", form)["Location"] == done["Location"]
    result = client.get(done["Location"])
    assert "已办：3" in text_of(result)
    assert visit(world, "gong").get(done["Location"]).status_code == 404
    assert [events(one) for one in matters] == [["raised", "moved"]] * 3


def test_more_than_a_hundred_are_refused(world: World) -> None:
    answer = visit(world, "an").post("/desk/bulk/", {"_matter": list(range(1, 102)), "_step": "do", "_move": "decline"})
    assert answer.status_code == 422
    assert "最多 100 件" in text_of(answer)


def test_only_what_is_held_can_be_chosen_not_what_is_watched(world: World) -> None:
    a_repair(world)
    look_after(moment=clock.now() + timedelta(hours=1))
    page = visit(world, "dan").get("/desk/").content.decode()
    assert "/matters/" in page
    assert 'name="_matter"' not in page
