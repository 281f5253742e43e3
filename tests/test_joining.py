"""A second neighbour who reports the same is shown what stands there already, may join it, and is asked how it went."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.delays import ask_delay
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.reader import Reader
from linli.playbooks.versions import book_of, current_version
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.actions.joining import join, judge, leave
from linli.requests.models import Joiner
from linli.requests.similar import similar_to
from tests.pages import Answer, a_key, text_of, visit
from tests.world import World, a_repair

SIMILAR = "有人已经反映过类似的事"
AFTER_ALL = 'name="_anyway" value="yes"'


def send(world: World, client: Client, what: str, *, at: str = "room_unit2", **more: str) -> Answer:
    form = {"_key": a_key(), "_place": str(world.place(at).pk), "_urgency": "ordinary", "what": what}
    return client.post("/raise/repair/", {**form, **more})


def finish(world: World, matter: Matter) -> None:
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": "换了接头，试水不漏"})


# -- before sending


def test_a_neighbour_of_the_building_is_shown_the_same_before_sending(world: World) -> None:
    first = a_repair(world, what="电梯停在三楼不动了，按了没反应")
    client = visit(world, "bo")
    answer = send(world, client, "电梯停在三楼，不动了")
    body, text = answer.content.decode(), text_of(answer)
    assert answer.status_code == 200
    assert SIMILAR in text
    assert f'action="/matters/{first.number}/join/"' in body
    assert Matter.objects.count() == 1
    assert "电梯停在三楼，不动了" in body  # what was typed stays in the form


def test_nobodys_words_and_no_room_are_shown(world: World) -> None:
    a_repair(world, what="电梯停在三楼不动了，王小梅家老人下不来")
    text = text_of(send(world, visit(world, "bo"), "电梯停在三楼，不动了"))
    assert SIMILAR in text
    section = text[text.index(SIMILAR) : text.index("在哪里")]
    assert "1号楼" in section
    for private in ("101室", "1单元", "王小梅", "老人", "下不来"):
        assert private not in section, private


def test_sending_it_all_the_same_sends_it(world: World) -> None:
    a_repair(world, what="电梯停在三楼不动了")
    client = visit(world, "bo")
    assert AFTER_ALL in send(world, client, "电梯停在三楼，不动了").content.decode()
    assert send(world, client, "电梯停在三楼，不动了", _anyway="yes").status_code == 303
    assert Matter.objects.count() == 2


def test_the_wish_to_send_it_all_the_same_outlives_a_mistake(world: World) -> None:
    a_repair(world, what="电梯停在三楼不动了")
    answer = send(world, visit(world, "bo"), "电梯停在三楼，不动了", phone="12", _anyway="yes")
    assert answer.status_code == 422
    assert AFTER_ALL in answer.content.decode()


def test_the_very_same_form_sent_twice_is_not_held_up_by_itself(world: World) -> None:
    client, key = visit(world, "bo"), a_key()
    first, again = (send(world, client, "电梯停在三楼不动了", _key=key) for _ in range(2))
    assert first["Location"] == again["Location"]


def a_repair_elsewhere(world: World) -> Matter:
    return a_repair(world, what="电梯停在三楼不动了", by="qin", at="room_building2")


def an_ended_one(world: World) -> Matter:
    matter = a_repair(world, what="电梯停在三楼不动了")
    move(matter, "withdraw", actor=world.mei)
    return matter


def an_old_one(world: World) -> Matter:
    with clock.at(clock.now() - timedelta(days=31)):
        return a_repair(world, what="电梯停在三楼不动了")


def another_trouble(world: World) -> Matter:
    return a_repair(world, what="楼道灯不亮")


def another_method(world: World) -> Matter:
    answers = {"what": "电梯停在三楼不动了", "theme": "other", "side": "property"}
    return raise_matter("enquiry", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())


@pytest.mark.parametrize("make", [a_repair_elsewhere, an_ended_one, an_old_one, another_trouble, another_method])
def test_what_is_not_the_same_holds_nobody_up(world: World, make: Callable[[World], Matter]) -> None:
    make(world)
    assert send(world, visit(world, "bo"), "电梯停在三楼，不动了").status_code == 303


def test_the_names_of_the_place_make_nothing_similar(world: World) -> None:
    a_repair(world, what="1号楼1单元楼道灯不亮")
    assert send(world, visit(world, "bo"), "1号楼1单元电梯坏了").status_code == 303


def test_a_place_that_is_none_of_ones_own_tells_nothing(world: World) -> None:
    a_repair(world, what="电梯停在三楼不动了")
    answer = send(world, visit(world, "stranger"), "电梯停在三楼，不动了", at="room")
    assert answer.status_code == 403
    assert SIMILAR not in text_of(answer)


def test_at_most_three_are_shown_the_nearest_first(world: World) -> None:
    for n in range(4):
        a_repair(world, what=f"电梯有异响{n}")
    nearest = a_repair(world, what="电梯停在三楼不动了")
    body = send(world, visit(world, "bo"), "电梯停在三楼不动了").content.decode()
    assert body.count("/join/") <= 3
    assert body.index(f"/matters/{nearest.number}/join/") == body.index("/join/") - len(f"/matters/{nearest.number}")


def test_what_is_to_be_sent_for_the_whole_estate_is_held_against_what_its_buildings_reported(world: World) -> None:
    here, there = a_repair(world, what="全小区停水，水压也低"), a_repair_elsewhere(world)
    book = book_of(here.playbook_id)
    found = similar_to(book, world.place("estate"), "小区停水了，水压很低", world.mei)
    assert [one.number for one in found] == [here.number]
    assert similar_to(book, world.place("building1"), "电梯停在三楼不动了", world.mei) == []
    assert [one.number for one in similar_to(book, world.place("estate"), "电梯停在三楼不动了", world.mei)] == [
        there.number
    ]


def test_only_the_newest_that_are_open_nearby_are_looked_at_however_many_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.requests.similar.LOOKED_AT", 2)
    now = clock.now()
    for minutes, what in ((9, "电梯停在三楼不动了"), (6, "电梯停在四楼不动了"), (3, "楼道灯不亮")):
        with clock.at(now - timedelta(minutes=minutes)):
            a_repair(world, what=what)
    for ended in range(3):
        move(a_repair(world, what=f"水管漏水{ended}"), "withdraw", actor=world.mei)
    book = book_of(current_version("repair").pk)
    found = similar_to(book, world.place("room"), "电梯停在三楼不动了", world.mei)
    assert [Matter.objects.get(number=one.number).raised_at for one in found] == [now - timedelta(minutes=6)]


def test_looking_for_similar_ones_takes_a_fixed_number_of_statements(world: World) -> None:
    spent = []
    client = visit(world, "bo")
    send(world, client, "水管没有水")  # warms what is kept between requests
    for _ in range(2):
        for n in range(3):
            a_repair(world, what=f"电梯停在三楼不动了{n}")
        with CaptureQueriesContext(connection) as queries:
            assert SIMILAR in text_of(send(world, client, "电梯停在三楼，不动了"))
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 32


# -- joining


def test_who_joined_is_counted_sees_it_under_mine_and_judges_it_at_the_end(world: World) -> None:
    matter = a_repair(world, what="电梯停在三楼不动了")
    client = visit(world, "bo")
    assert client.post(f"/matters/{matter.number}/join/").status_code == 303
    assert "还有" not in text_of(client.get(f"/matters/{matter.number}/"))  # nobody beside Bo himself
    assert "还有 1 人也反映了" in text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    assert "您加入的" in text_of(client.get("/mine/"))
    assert 'name="score"' not in client.get(f"/matters/{matter.number}/").content.decode()

    finish(world, matter)
    assert "怎么样" in text_of(client.get("/mine/"))
    page = client.get(f"/matters/{matter.number}/")
    assert "换了接头，试水不漏" in text_of(page)
    assert client.post(f"/matters/{matter.number}/judge/", {"score": "4"}).status_code == 303
    assert "您的评价：4 分" in text_of(client.get(f"/matters/{matter.number}/"))
    assert client.post(f"/matters/{matter.number}/judge/", {"score": "1"}).status_code == 409
    assert Joiner.objects.get().score == 4

    matter.refresh_from_db()
    assert matter.stage == "confirming"  # the raiser's own verdict is still to come
    move(matter, "confirm", actor=world.mei, answers={"score": "5"})
    assert "已解决" in text_of(client.get("/mine/"))


def test_joining_opens_nothing_of_what_is_the_parties_own(world: World) -> None:
    matter = a_repair(world, what="电梯停在三楼不动了，王小梅家老人下不来", phone="13912345678")
    client = visit(world, "bo")
    join(matter, actor=world.bo)
    text = text_of(client.get(f"/matters/{matter.number}/"))
    for private in ("老人", "101室", "王小梅", "13912345678"):
        assert private not in text, private
    assert client.post("/search/", {"q": "电梯"}).content.decode().count("row-link") == 0


def test_the_raiser_is_not_told_who_joined(world: World) -> None:
    matter = a_repair(world)
    join(matter, actor=world.bo)
    page = visit(world, "mei").get(f"/matters/{matter.number}/").content.decode()
    assert "又有一位邻居反映同样的情况" in page
    assert "李伯" not in page


def test_joining_leaving_and_judging_stand_in_the_record_and_the_columns_follow(world: World) -> None:
    matter = a_repair(world)
    join(matter, actor=world.bo)
    leave(matter, actor=world.bo)
    join(matter, actor=world.bo)
    finish(world, matter)
    judge(matter, "3", actor=world.bo)
    verbs = list(Event.objects.filter(chain=matter.pk).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["raised", "joined", "left", "joined", "moved", "moved", "judged"]
    assert list(broken_chains(matter.pk)) == []
    assert differences(matter) == {}


def test_joining_twice_is_joining_once(world: World) -> None:
    matter = a_repair(world)
    assert join(matter, actor=world.bo).pk == join(matter, actor=world.bo).pk
    assert Joiner.objects.count() == 1
    assert Event.objects.filter(chain=matter.pk, verb="joined").count() == 1


def test_joining_takes_nobodys_turn(world: World) -> None:
    matter = a_repair(world)
    seen = matter.version
    join(matter, actor=world.bo)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")}, seen=seen)
    matter.refresh_from_db()
    assert matter.stage == "doing"


def test_a_request_that_waits_for_a_ruling_goes_on_waiting(world: World) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    ask_delay(matter, limit="5workdays", reason="等配件", actor=world.gong)
    matter.refresh_from_db()
    attend = matter.attend_at
    join(matter, actor=world.bo)
    matter.refresh_from_db()
    assert matter.attend_at == attend
    assert Duty.objects.filter(matter=matter, kind=Duty.RULES_DELAY, until__isnull=True).exists()


@pytest.mark.parametrize(
    ("who", "refusal"), [("mei", NotYours), ("an", NotYours), ("dan", NotYours), ("stranger", NotYours)]
)
def test_who_sees_it_anyway_and_who_is_no_neighbour_cannot_join(world: World, who: str, refusal: type[Refused]) -> None:
    matter = a_repair(world)
    with pytest.raises(refusal):
        join(matter, actor=getattr(world, who))
    assert Joiner.objects.count() == 0


def test_a_matter_that_is_not_public_cannot_be_joined(world: World) -> None:
    matter = another_method(world)
    with pytest.raises(NotYours):
        join(matter, actor=world.bo)


def test_what_has_ended_is_neither_joined_nor_left(world: World) -> None:
    matter = a_repair(world)
    join(matter, actor=world.bo)
    move(matter, "withdraw", actor=world.mei)
    with pytest.raises(Conflict):
        leave(matter, actor=world.bo)
    with pytest.raises(Conflict):
        join(matter, actor=world.qin)
    with pytest.raises(Conflict):  # withdrawn and never answered: there is nothing to judge
        judge(matter, "1", actor=world.bo)


@pytest.mark.parametrize("score", ["0", "6", "", "x", "1.5", "５"])
def test_a_score_is_one_to_five(world: World, score: str) -> None:
    matter = a_repair(world)
    join(matter, actor=world.bo)
    finish(world, matter)
    with pytest.raises(Refused):
        judge(matter, score, actor=world.bo)


def test_many_who_join_at_the_same_moment_are_all_counted(committed_world: World) -> None:
    world = committed_world
    matter = a_repair(world)
    people = ("bo", "qin", "bo", "qin", "bo", "qin")
    failed: list[Exception] = []

    def one(key: str) -> None:
        try:
            with schema_context("here"):
                join(matter, actor=Reader(world.people[key]))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(key,)) for key in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Joiner.objects.count() == 2
    assert Event.objects.filter(chain=matter.pk, verb="joined").count() == 2
    assert list(broken_chains(matter.pk)) == []
