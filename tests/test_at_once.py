"""Two real processes at the same matter. To be sure that they meet, this one holds a lock until both wait for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.loop.actions.questions import ask, make_link
from tests.photos import a_photo
from tests.world import World, a_repair

ROOT = Path(__file__).parents[1]
NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
PATIENCE = 20


class Another:
    """A process of its own with its own connection."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.another_process"], cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url()},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def told(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, do: str, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        return dict(json.loads(self.told()))

    def leave(self) -> None:
        self.process.communicate(timeout=PATIENCE)


def database_url() -> str:
    params = connection.get_connection_params()
    known = {name: params[name] for name in ("host", "port", "user", "password") if params.get(name)}
    query = urlencode({**known, "options": f"-c lock_timeout={PATIENCE}s"}, quote_via=quote)
    return f"postgresql:///{quote(params['dbname'])}?{query}"


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Another, Another]]:
    with django_db_blocker.unblock():
        pair = (Another(), Another())
    assert [one.told() for one in pair] == ["ready", "ready"]
    yield pair
    for one in pair:
        one.leave()


@contextmanager
def until_both_wait(lock: str, *values: Any) -> Iterator[None]:
    """Hold a lock while both are told what to do, and let go once both are waiting for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(lock, values)
        yield
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() == (2,):
                return
            time.sleep(0.02)
        raise AssertionError("they never came to wait for the same thing")


def the_row(matter: Matter) -> tuple[str, uuid.UUID]:
    return "SELECT 1 FROM matters_matter WHERE id = %s FOR UPDATE", matter.pk


def whole(*matters: Matter) -> bool:
    return list(broken_chains()) == [] and all(differences(matter) == {} for matter in matters)


def test_of_two_who_move_the_same_matter_at_once_one_wins_and_the_other_is_told(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    matter, desk = a_repair(committed_world), committed_world.id_of("an")
    with until_both_wait(*the_row(matter)):
        both[0].tell(
            "move", matter=str(matter.pk), name="accept", by=desk, answers={"worker": committed_world.id_of("gong")}
        )
        both[1].tell("move", matter=str(matter.pk), name="decline", by=desk, answers={"reply": "不归物业管"})
    won, lost = sorted((one.answer() for one in both), key=lambda answer: "refused" in answer)
    assert "did" in won
    assert lost["refused"] == "Conflict"  # tried anew, it finds the matter gone on, and says where it stands now
    assert Event.objects.filter(chain=matter.pk).count() == 2
    assert matter.duties.filter(kind=Duty.HOLDS, until__isnull=True).count() <= 1
    assert whole(matter)


def test_the_same_move_sent_twice_at_once_is_made_once_and_both_get_its_event(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    matter, key = a_repair(committed_world), str(uuid.uuid4())
    with until_both_wait(*the_row(matter)):
        for one in both:
            one.tell("move", matter=str(matter.pk), name="decline", by=committed_world.id_of("an"),
                     answers={"reply": "不归物业管"}, key=key)  # fmt: skip
    first, second = (one.answer() for one in both)
    assert first == second == {"did": Event.objects.get(chain=matter.pk, verb="moved").pk}


def test_the_same_submission_raised_by_two_processes_at_once_is_one_matter(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    key = str(uuid.uuid4())
    with until_both_wait("LOCK TABLE matters_matter IN SHARE ROW EXCLUSIVE MODE"):
        for one in both:
            one.tell("raise", place=str(committed_world.place("room").pk), by=committed_world.id_of("mei"), key=key)
    first, second = (one.answer() for one in both)
    assert first == second == {"did": str(Matter.objects.get().pk)}
    assert (Event.objects.count(), Duty.objects.count()) == (1, 1)


def test_two_called_units_that_end_at_once_bring_their_caller_on_exactly_once(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    matter = called(committed_world)
    with until_both_wait(*the_row(matter)):
        for one, unit in zip(both, matter.children.all(), strict=True):
            one.tell("move", matter=str(unit.pk), name="confirm", by=committed_world.id_of("shu"), answers={"score": 5})
    assert ["did" in one.answer() for one in both] == [True, True]
    assert Event.objects.filter(chain=matter.pk, verb="concluded").count() == 1
    matter.refresh_from_db()
    assert matter.stage == "judging"
    assert whole(matter, *matter.children.all())


def called(world: World) -> Matter:
    """Two units have been called and have reported; the community has only to judge each."""
    answers = {"offence": "building", "what": "搭了彩钢房"}
    matter = raise_matter(
        "joint_enforcement", world.place("building1"), actor=world.mei, key=uuid.uuid4(), answers=answers
    )
    move(matter, "dissuade", actor=world.jing, answers={"stopped": False, "notice": [a_photo()]})
    move(matter, "report", actor=world.jing, answers={"findings": "拒绝停工"})
    units = [world.id_of("fa"), world.id_of("xiao")]
    move(matter, "whistle", actor=world.shu, answers={"units": units, "task": "查处"})
    for unit in matter.children.all():
        actor = next(one for one in (world.fa, world.xiao) if str(one.person_id) == unit.facts["unit"])
        move(unit, "accept", actor=actor)
        move(unit, "arrive", actor=actor)
        move(unit, "finish", actor=actor, answers={"reply": "已查处", "caller_score": 5})
    return matter


def test_two_lateness_jobs_at_once_do_each_thing_once(committed_world: World, both: tuple[Another, Another]) -> None:
    with clock.at(NINE):
        matters = [a_repair(committed_world) for _ in range(30)]
    for hours in (0.5, 24.5, 48.5):
        for one in both:
            one.tell("look", moment=(NINE + timedelta(hours=hours)).isoformat(), batch=4)
        done = sum((Counter(one.answer()["did"]) for one in both), Counter())
        assert done == {"late" if hours < 1 else "climbed": 30}
    assert set(Event.objects.values_list("chain").order_by().values_list("verb", flat=True)) == {
        "raised",
        "late",
        "climbed",
    }
    assert Duty.objects.filter(kind=Duty.SUPERVISES).count() == 90
    assert whole(*matters)


def test_a_job_passes_over_what_somebody_is_dealing_with_and_does_it_next_time(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    with clock.at(NINE):
        busy, _ = a_repair(committed_world), a_repair(committed_world)
    order = {"moment": (NINE + timedelta(hours=1)).isoformat(), "batch": 500}
    with transaction.atomic():
        Matter.objects.select_for_update().get(pk=busy.pk)
        both[0].tell("look", **order)
        assert both[0].answer() == {"did": {"late": 1}}
    both[0].tell("look", **order)
    assert both[0].answer() == {"did": {"late": 1}}


def a_called_unit_that_nobody_judges(world: World) -> Matter:
    """Its only unit has finished; when the time to judge it is over, the unit's matter ends by itself and its caller goes on."""
    matter = called(world)
    first, second = matter.children.order_by("number")
    move(first, "confirm", actor=world.shu, answers={"score": 5})
    return second


def test_a_job_that_holds_a_caller_never_waits_for_another_caller(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    """This connection stands for a second job: it holds the caller whose unit the first job has ended, and then asks for the
    caller that the first job holds. If the first job waited, each would wait for the other."""
    with clock.at(NINE):
        units = [a_called_unit_that_nobody_judges(committed_world) for _ in range(2)]
    here, there = (unit.parent for unit in units)
    assert here is not None
    assert there is not None
    order = {"moment": (NINE + timedelta(days=30)).isoformat(), "batch": 500}
    with transaction.atomic():
        locked = [there.pk, units[0].pk]
        list(Matter.objects.select_for_update().filter(pk__in=locked))
        both[0].tell("look", **order)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
        done = both[0].answer()["did"]
        Matter.objects.select_for_update().get(pk=here.pk)
    assert "lapsed" not in done
    assert "late" in done  # the caller that it held
    assert both[0].process.poll() is None
    both[0].tell("look", **order)
    again = both[0].answer()["did"]
    assert again["lapsed"] == 2
    assert Event.objects.filter(verb="concluded").count() == 2
    assert whole(*units, here, there)


def test_jobs_at_once_among_callers_and_units_that_end_by_themselves_bring_each_caller_on_once(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    with clock.at(NINE):
        units = [a_called_unit_that_nobody_judges(committed_world) for _ in range(8)]
    order = {"moment": (NINE + timedelta(days=30)).isoformat(), "batch": 3}
    done: Counter[str] = Counter()
    for _ in range(3):  # what one job passed over because the other held it, the next look finds
        for one in both:
            one.tell("look", **order)
        done += sum((Counter(one.answer()["did"]) for one in both), Counter())
    assert done["lapsed"] == 8
    assert Event.objects.filter(verb="concluded").count() == 8
    assert whole(*units, *(unit.parent for unit in units if unit.parent))


def test_of_two_answers_by_one_link_at_once_one_is_taken_and_the_other_is_told(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    matter = a_repair(committed_world)
    ask(matter, "哪个房间？", limit="2workdays", actor=committed_world.an)
    token = make_link(matter, actor=committed_world.an)
    with until_both_wait(*the_row(matter)):
        both[0].tell("answer", token=token, text="厨房")
        both[1].tell("answer", token=token, text="卫生间")
    said = [one.answer() for one in both]
    assert sorted(next(iter(one)) for one in said) == ["did", "refused"]
    assert next(one["refused"] for one in said if "refused" in one) == "Conflict"
    assert Event.objects.filter(chain=matter.pk, verb="told_by_link").count() == 1
    assert whole(matter)


def test_of_two_who_merge_crosswise_at_once_one_wins_and_nothing_goes_in_a_circle(
    committed_world: World, both: tuple[Another, Another]
) -> None:
    one, other, desk = a_repair(committed_world), a_repair(committed_world, what="同一处"), committed_world.id_of("an")
    first = min(one, other, key=lambda matter: matter.pk)
    with until_both_wait(*the_row(first)):
        both[0].tell("merge", matter=str(one.pk), into=other.number, by=desk)
        both[1].tell("merge", matter=str(other.pk), into=one.number, by=desk)
    said = [each.answer() for each in both]
    assert sorted(next(iter(each)) for each in said) == ["did", "refused"]
    assert sorted(Matter.objects.values_list("outcome", flat=True)) == ["", "merged"]
    assert whole(one, other)
