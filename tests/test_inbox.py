"""The inbox: whom something concerns is told once, of nothing they did themselves, and no notice holds a word of anybody."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.notices.actions.telling import KEPT, READ_KEPT, choose_kinds, mark_read, tell, tell_new
from linli.notices.kinds import KINDS
from linli.notices.models import Declined, Notice, ToldUpTo
from linli.notices.queries import notice_rows, number_unread
from linli.people.actions import forget
from linli.record.models import Event
from linli.requests.actions.joining import join
from tests.posting_steps import answer, concern
from tests.test_log import on_another_connection
from tests.test_permissions import browser_of
from tests.test_postings import at, hanging, posted
from tests.world import World, a_repair

__all__ = ["hanging", "posted"]
NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
OVER = datetime(2026, 5, 21, 16, tzinfo=UTC)
COLUMNS = ("transaction", "pk", "chain", "verb", "actor", "at", "body")


def tell_all(*, since: int = 0) -> None:
    """What the job does, also for events of the test's own transaction, which is never over."""
    tell(list(Event.objects.filter(pk__gt=since, subject="matter").order_by("transaction", "pk").values_list(*COLUMNS)))


def kinds_of(world: World, who: str) -> list[str]:
    rows = Notice.objects.filter(person=world.people[who]).order_by("at", "event")
    return list(rows.values_list("kind", flat=True))


def repaired(world: World) -> Matter:
    """Accepted, finished, judged: from the door to the archive."""
    with clock.at(NINE):
        matter = a_repair(world, what="厨房漏水")
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(matter, "finish", actor=world.gong, answers={"reply": "换了接头"})
        move(matter, "confirm", actor=world.mei, answers={"score": "5"})
    return Matter.objects.get(pk=matter.pk)


def test_the_raiser_is_told_of_progress_and_of_her_turn_but_not_of_her_own_doing(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    assert kinds_of(world, "mei") == ["moved", "your_turn"], "she raised it and closed it herself"


def test_a_person_who_is_given_the_matter_is_told_that_it_is_their_turn(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    assert kinds_of(world, "gong") == ["your_turn"]
    assert kinds_of(world, "bo") == []


def test_an_end_and_lateness_are_told(world: World) -> None:
    with clock.at(NINE):
        late, gone = a_repair(world), a_repair(world, what="灯坏了")
        move(gone, "decline", actor=world.an, answers={"reply": "不归物业管"})
    look_after(moment=NINE + timedelta(hours=1))
    with clock.at(NINE + timedelta(hours=1)):
        tell_all()
    told = {(one.matter_id, one.kind) for one in Notice.objects.filter(person=world.people["mei"])}
    assert told == {(late.pk, "late"), (gone.pk, "ended")}


def test_who_joined_is_told_of_the_end(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world, at="unit1", by="dan")
        join(matter, actor=world.mei)
        move(matter, "decline", actor=world.an, answers={"reply": "不归物业管"})
        tell_all()
    assert kinds_of(world, "mei") == ["joined_ended"]
    assert kinds_of(world, "dan") == ["ended"]


def test_who_spoke_to_a_posting_is_told_of_the_answer_and_of_its_end(world: World, hanging: Matter) -> None:
    with clock.at(NINE):
        concern(hanging, world.mei, "会挡住消防通道")
        answer(hanging, world.shu, "不会")
    at(OVER)
    with clock.at(OVER):
        tell_all()
    assert kinds_of(world, "mei") == ["concern_answered", "posting_ended"]
    assert kinds_of(world, "bo") == []


def test_to_tell_again_tells_nobody_twice(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
        before = Notice.objects.count()
        tell_all()
    assert Notice.objects.count() == before


@pytest.mark.parametrize("batch", [1, 2, 2000])
def test_the_job_tells_of_everything_in_any_batches_and_skips_no_late_commit(
    committed_world: World, batch: int
) -> None:
    with clock.at(NINE):
        late = a_repair(committed_world)
        assert tell_new(batch=batch) == 0
        with transaction.atomic():
            move(late, "decline", actor=committed_world.an, answers={"reply": "不归物业管"})
            on_another_connection(lambda: a_repair(committed_world, what="灯坏了"))
            on_another_connection(lambda: tell_new(batch=batch))
            assert on_another_connection(Notice.objects.count) == 0
        tell_new(batch=batch)
        tell_new(batch=batch)
    assert kinds_of(committed_world, "mei") == ["ended"]


def test_after_a_restore_to_a_younger_server_nobody_is_told_twice(committed_world: World) -> None:
    matter = repaired(committed_world)
    with clock.at(NINE):
        tell_new()
        before = Notice.objects.count()
        ToldUpTo.objects.update(transaction=2**50)
        tell_new()
        move(a_repair(committed_world), "decline", actor=committed_world.an, answers={"reply": "不归物业管"})
        tell_new()
    assert Notice.objects.exclude(matter=matter).count() == 1
    assert Notice.objects.count() == before + 1


def test_what_somebody_declined_is_not_told_and_what_must_be_told_is(world: World) -> None:
    choose_kinds(world.people["mei"], ["late"])
    assert set(Declined.objects.values_list("kind", flat=True)) == {
        "moved",
        "delay",
        "joined_ended",
        "followed_through",
        "posting_ended",
    }
    repaired(world)
    with clock.at(NINE):
        tell_all()
    assert kinds_of(world, "mei") == ["your_turn"]
    choose_kinds(world.people["mei"], [name for name, kind in KINDS.items() if kind.optional])
    assert not Declined.objects.exists()


def test_a_notice_holds_no_word_and_no_name(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(n::text, ' ') FROM notices_notice n")
        stored = cursor.fetchone()[0]
    page = browser_of(world, "mei").get("/inbox/").content.decode()
    for word in ("厨房漏水", "换了接头", "龚师傅", "101"):
        assert word not in stored
        assert word not in page


def test_opening_a_notice_reads_it_and_leads_to_its_matter(world: World) -> None:
    matter = repaired(world)
    with clock.at(NINE):
        tell_all()
    browser = browser_of(world, "mei")
    assert number_unread(world.mei) == 2
    notice = Notice.objects.filter(person=world.people["mei"]).order_by("pk")[0]
    answer = browser.post(f"/inbox/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (303, f"/matters/{matter.number}/")
    assert number_unread(world.mei) == 1
    assert browser_of(world, "bo").post(f"/inbox/{notice.pk}/open/").status_code == 404
    assert browser.post("/inbox/read/").status_code == 303
    assert number_unread(world.mei) == 0


def test_the_bell_counts_what_is_unread_on_every_page(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    browser = browser_of(world, "mei")
    bell = browser.get("/mine/").content.decode().split('class="button quiet bell"')[1].split("</a>")[0]
    assert '<span class="count">2' in bell
    mark_read(world.people["mei"])
    bell = browser.get("/mine/").content.decode().split('class="button quiet bell"')[1].split("</a>")[0]
    assert "count" not in bell


def test_older_notices_follow_page_by_page_and_a_made_up_mark_does_no_harm(world: World) -> None:
    matter = repaired(world)
    events = list(Event.objects.filter(chain=matter.pk).values_list("pk", flat=True))
    for number in range(25):
        event = Event.objects.get(pk=events[number % len(events)])
        Notice.objects.bulk_create(
            [Notice(person=world.people["mei"], kind="moved", matter=matter, event=event, at=NINE)],
            ignore_conflicts=True,
        )
    assert Notice.objects.count() == len(events)
    seen: list[int] = []
    mark = ""
    while True:
        rows, mark = notice_rows(world.mei, before=mark, limit=2)
        seen += [row.id for row in rows]
        if not mark:
            break
    assert seen == sorted(Notice.objects.values_list("pk", flat=True), reverse=True)
    assert browser_of(world, "mei").get("/inbox/?before=x~y").status_code == 200


def test_the_inbox_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    browser = browser_of(world, "mei")
    browser.get("/inbox/")
    with django_assert_max_num_queries(7):  # session, person, posts, notices, kinds, and the two counts of the head
        browser.get("/inbox/")


def test_notices_go_after_their_time(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
        mark_read(world.people["gong"])
    with clock.at(NINE + READ_KEPT + timedelta(days=1)):
        tell_new()
    assert (kinds_of(world, "gong"), len(kinds_of(world, "mei"))) == ([], 2)
    with clock.at(NINE + KEPT + timedelta(days=1)):
        tell_new()
        tell_all()
    assert not Notice.objects.exists(), "nor is anything as old told anew"


def test_who_is_forgotten_leaves_no_notice(world: World) -> None:
    repaired(world)
    with clock.at(NINE):
        tell_all()
    choose_kinds(world.people["mei"], [])
    forget(world.people["mei"])
    assert kinds_of(world, "mei") == []
    assert not Declined.objects.exists()


def test_the_lateness_job_tells(committed_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    matter = a_repair(committed_world)
    move(matter, "decline", actor=committed_world.an, answers={"reply": "不归物业管"}, key=uuid.uuid4())
    call_command("lateness")
    assert "; told 1" in capsys.readouterr().out
    assert kinds_of(committed_world, "mei") == ["ended"]
