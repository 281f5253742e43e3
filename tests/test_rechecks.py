"""抽查回访: some ended matters are looked at by somebody who had no hand in them, and nobody picks which."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from linli.insight.actions.folding import recount
from linli.insight.board import Asked, board_of, usual_period
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.models import Duty, Matter
from linli.matters.policies import may_open_sensitive
from linli.matters.queries import desk_rows
from linli.matters.replay import differences
from linli.people.actions import appoint, end_post
from linli.people.models import Post
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.loop.actions.rechecks import look_after_rechecks, record_recheck, set_share
from linli.requests.loop.models import Recheck, SampleRule
from linli.requests.loop.sampling import is_drawn, lot, shares
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
LOOKED = "打电话问过提出人，到现场看过"


def all_of_them(world: World) -> None:
    """Every repair is drawn."""
    set_share("repair", "1000", actor=world.shu)


def done(world: World, **more: str) -> Matter:
    matter = a_repair(world, **more)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": "换了水管"})
    move(matter, "confirm", actor=world.mei, answers={"score": 5})
    return Matter.objects.get(pk=matter.pk)


def drawn(world: World, **more: str) -> Matter:
    all_of_them(world)
    matter = done(world, **more)
    look_after_rechecks()
    return matter


def seat(matter: Matter) -> tuple[str, str] | None:
    duty = Duty.objects.filter(matter=matter, kind=Duty.RECHECKS, until__isnull=True).select_related("place").first()
    return (duty.role, duty.place.level) if duty is not None and duty.place is not None else None


def whole(*matters: Matter) -> bool:
    return list(broken_chains()) == [] and all(differences(one) == {} for one in matters)


# -- the draw


def test_the_lot_is_the_hash_of_the_end_and_anybody_can_work_it_out(world: World) -> None:
    all_of_them(world)
    matter = done(world)
    recheck = Recheck.objects.get(matter=matter)
    end = Event.objects.get(chain=matter.pk, seq=recheck.seq)
    assert end.body["now"]["outcome"] == "solved"
    assert 0 <= lot(bytes(end.hash)) < 1000
    assert is_drawn(bytes(end.hash), recheck.per_mille)


@pytest.mark.parametrize(
    ("lot_of", "per_mille", "is_in"), [(0, 1, True), (49, 50, True), (50, 50, False), (0, 0, False)]
)
def test_a_lot_below_the_share_is_drawn(lot_of: int, per_mille: int, is_in: bool) -> None:
    assert is_drawn(lot_of.to_bytes(8, "big") + b"rest", per_mille) is is_in


def test_about_one_in_twenty_is_drawn_unless_the_neighbourhood_says_otherwise(world: World) -> None:
    SampleRule.objects.all().delete()  # of the tests' own neighbourhood
    assert shares(["repair", "called_unit", "imported_request"]) == {
        "repair": 50, "called_unit": 0, "imported_request": 0,
    }  # fmt: skip
    hits = sum(is_drawn(uuid.uuid5(uuid.NAMESPACE_OID, str(n)).bytes, 50) for n in range(4000))
    assert 140 < hits < 260


def test_at_no_share_nothing_is_drawn_and_a_new_share_counts_from_then_on(world: World) -> None:
    set_share("repair", "0", actor=world.shu)
    before = done(world)
    all_of_them(world)
    after = done(world, what="另一处")
    assert [one.matter_id for one in Recheck.objects.all()] == [after.pk]
    assert before.outcome == "solved"


def test_what_was_declined_or_withdrawn_is_not_drawn(world: World) -> None:
    all_of_them(world)
    move(a_repair(world), "decline", actor=world.an, answers={"reply": "不归这里"})
    move(a_repair(world), "withdraw", actor=world.mei)
    assert not Recheck.objects.exists()


@pytest.mark.parametrize("text", ["-1", "1001", "5%", "", "一百", "１０"])
def test_a_share_that_is_none_is_refused(world: World, text: str) -> None:
    with pytest.raises(Refused, match="whole number of a thousand"):
        set_share("repair", text, actor=world.shu)


@pytest.mark.parametrize("who", ["mei", "an", "wen", "hua", "min", "stranger"])
def test_only_the_community_and_the_street_set_the_share(world: World, who: str) -> None:
    with pytest.raises(NotYours):
        set_share("repair", "100", actor=getattr(world, who))


# -- who checks


def test_it_is_for_the_grid_branch_with_a_deadline_and_on_its_desk(world: World) -> None:
    with clock.at(NINE):
        matter = drawn(world, phone="13800000001")
    assert seat(matter) == ("grid_branch", "grid")
    row = next(row for row in desk_rows(world.hua)[0] if row.number == matter.number)
    assert (row.kind, row.due_at) == ("rechecks", datetime(2026, 5, 12, 9, 30, tzinfo=UTC))
    with clock.at(NINE):
        assert "请回访" in text_of(visit(world, "hua").get("/desk/"))
    assert may_open_sensitive(world.hua, matter), "the checker may reach the raiser"
    assert not may_open_sensitive(world.an, matter)
    assert whole(matter)


def test_a_seat_that_only_handlers_fill_falls_to_the_next_step(world: World) -> None:
    appoint(world.people["gong"], "grid_branch", world.place("grid1"), since=NINE)
    for post in Post.objects.filter(person=world.people["hua"], role="grid_branch", until__isnull=True):
        end_post(post)
    matter = drawn(world)
    assert seat(matter) == ("community", "community")


def test_where_nobody_is_without_a_hand_in_it_that_is_recorded(world: World) -> None:
    for post in Post.objects.filter(role__in=("grid_branch", "community", "street"), until__isnull=True):
        Post.objects.filter(pk=post.pk).update(until=NINE)
    Recheck.objects.all().delete()
    matter = done(world)
    Recheck.objects.create(matter=matter, seq=matter.version, per_mille=1000, drawn_at=clock.now())
    look_after_rechecks()
    assert Recheck.objects.get().result == "lapsed"
    assert Event.objects.filter(chain=matter.pk, verb="recheck_lapsed").count() == 1
    assert whole(matter)


def test_no_handler_and_no_raiser_checks_even_with_the_seat(world: World) -> None:
    for key in ("an", "gong", "mei"):
        appoint(world.people[key], "grid_branch", world.place("grid1"), since=NINE)
    matter = drawn(world)
    assert seat(matter) == ("grid_branch", "grid")
    for key in ("an", "gong", "mei"):
        with pytest.raises(NotYours, match="had a hand"):
            record_recheck(matter, "confirmed", LOOKED, actor=getattr(world, key))
    with pytest.raises(NotYours, match="for another post"):
        record_recheck(matter, "confirmed", LOOKED, actor=world.shu)
    record_recheck(matter, "confirmed", LOOKED, actor=world.hua)
    assert whole(matter)


def test_running_the_job_again_opens_nothing_twice(world: World) -> None:
    matter = drawn(world)
    assert look_after_rechecks() == 0
    assert Event.objects.filter(chain=matter.pk, verb="recheck_drawn").count() == 1


# -- what is found


@pytest.mark.parametrize(
    ("result", "verb"), [("confirmed", "recheck_confirmed"), ("unreachable", "recheck_unreachable")]
)
def test_what_is_found_is_recorded_sealed_and_once(world: World, result: str, verb: str) -> None:
    matter = drawn(world)
    assert record_recheck(matter, result, LOOKED, actor=world.hua) is None
    event = Event.objects.get(chain=matter.pk, verb=verb)
    assert LOOKED not in str(event.body)
    assert Sealed.objects.get(event=event, name="findings").value == LOOKED
    with pytest.raises(Conflict, match="No re-check is waiting"):
        record_recheck(matter, result, LOOKED, actor=world.hua)
    matter.refresh_from_db()
    assert matter.outcome == "solved"
    assert seat(matter) is None
    assert whole(matter)


def test_what_was_not_done_is_raised_anew_and_the_old_end_stays(world: World) -> None:
    matter = drawn(world, phone="13800000001")
    following = record_recheck(matter, "not_done", "水管还在漏", actor=world.hua)
    assert following is not None
    assert (following.parent_id, following.bond, following.raiser_id) == (matter.pk, "follow_up", world.mei.person_id)
    assert (following.stage, following.outcome) == ("received", "")
    assert following.holder is not None
    texts = {row.name: row.value for row in Sealed.objects.filter(event__chain=following.pk)}
    assert texts["what"] == "水管漏水"
    assert texts["phone"] is None, "a phone number stays encrypted"
    matter.refresh_from_db()
    assert matter.outcome == "solved"
    page = text_of(visit(world, "mei").get(f"/matters/{following.number}/"))
    assert f"回访发现 {matter.number} 号没有办好" in page
    assert "水管还在漏" in text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    assert whole(matter, following)


@pytest.mark.parametrize(
    ("result", "text", "said"),
    [("", LOOKED, "choose what"), ("fine", LOOKED, "choose what"), ("confirmed", " ", "how you found out")],
)
def test_a_result_without_words_is_none(world: World, result: str, text: str, said: str) -> None:
    matter = drawn(world)
    with pytest.raises(Refused, match=said):
        record_recheck(matter, result, text, actor=world.hua)
    assert seat(matter) == ("grid_branch", "grid")


def test_what_nobody_checks_in_time_lapses_and_is_recorded(world: World) -> None:
    with clock.at(NINE):
        matter = drawn(world)
    due = Recheck.objects.get().due_at
    assert due is not None
    with clock.at(due - timedelta(seconds=1)):
        assert look_after_rechecks() == 0
    with clock.at(due):
        assert look_after_rechecks() == 1
        assert look_after_rechecks() == 0
    assert Recheck.objects.get().result == "lapsed"
    assert seat(matter) is None
    assert whole(matter)


# -- figures and pages


def test_the_board_tells_the_sample_and_the_share_confirmed(world: World) -> None:
    matters = [drawn(world, what=f"第{n}处") for n in range(3)]
    record_recheck(matters[0], "confirmed", LOOKED, actor=world.hua)
    following = record_recheck(matters[1], "not_done", "还在漏", actor=world.hua)
    record_recheck(matters[2], "unreachable", LOOKED, actor=world.hua)
    assert following is not None
    recount({one.pk for one in [*matters, following]})
    rate = board_of(Asked(usual_period()), None).rates.rate("rechecked")
    assert (rate.part, rate.whole, rate.percent) == (1, 2, "50.00%")
    assert [(said.en, number) for said, number, _ in rate.out] == [("nobody reached", 1)]


def test_the_page_of_a_re_check_is_for_the_checker_and_keeps_what_was_typed(world: World) -> None:
    matter = drawn(world)
    address = f"/matters/{matter.number}/recheck/"
    assert visit(world, "an").get(address).status_code == 403
    client = visit(world, "hua")
    assert "登记回访结果" in text_of(client.get(f"/matters/{matter.number}/"))
    refused = client.post(address, {"findings": LOOKED})
    assert refused.status_code == 422
    assert LOOKED in refused.content.decode()
    assert client.post(address, {"result": "confirmed", "findings": LOOKED}).status_code == 303
    assert "回访：属实" in text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))


def test_the_database_refuses_a_result_that_is_none(world: World) -> None:
    matter = drawn(world)
    with pytest.raises(Exception, match="recheck_result_known"), connection.cursor() as cursor:
        cursor.execute("UPDATE requests_recheck SET result = 'fine', done_at = now() WHERE matter_id = %s", [matter.pk])
