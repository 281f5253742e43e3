"""件件有人管、事事有期限、声声有回音, whatever anybody does in whatever order; and the database that holds it by itself.

The walks choose who does what at random over all shipped playbooks; after every step the promise is looked up in SQL.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.matters.actions.delays import ask_delay, rule_delay
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.objections import make_objection, rule_objection
from linli.matters.actions.raising import raise_matter
from linli.matters.actions.vacancies import hand_on_vacant
from linli.matters.models import Duty, Matter
from linli.matters.policies import post_to_raise
from linli.matters.replay import differences
from linli.people.actions import appoint, end_post, forget
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.library import shipped
from linli.playbooks.model import Field, Playbook
from linli.playbooks.versions import book_of
from linli.record.queries import broken_chains
from tests.photos import a_photo
from tests.story_runner import everything
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(days=1),
    timedelta(days=4),
    timedelta(days=12),
)
RULINGS = (Duty.RULES_DELAY, Duty.RULES_OBJECTION)
PLACES = ("room", "unit1", "building1", "building2", "room_building2", "estate", "community")

# Each names what must never be found.
BREACHES: Mapping[str, str] = MappingProxyType(
    {
        "an open matter without one open holder that its row points at": """
            SELECT m.id FROM matters_matter m WHERE m.ended_at IS NULL AND 1 <> (
                SELECT count(*) FROM matters_duty d
                WHERE d.matter_id = m.id AND d.kind = 'holds' AND d.until IS NULL AND d.id = m.holder_id)""",
        "an open matter without a deadline, or whose holder has another": """
            SELECT m.id FROM matters_matter m LEFT JOIN matters_duty d ON d.id = m.holder_id
            WHERE m.ended_at IS NULL AND (m.due_at IS NULL OR d.due_at IS DISTINCT FROM m.due_at)""",
        "two open duties of one kind": """
            SELECT matter_id FROM matters_duty WHERE until IS NULL GROUP BY matter_id, kind HAVING count(*) > 1""",
        "an open duty of another entry than the matter stands in": """
            SELECT d.id FROM matters_duty d JOIN matters_matter m ON m.id = d.matter_id
            WHERE d.until IS NULL AND (d.entry, d.stage) <> (m.entry, m.stage)""",
        "an ended matter that somebody still holds, watches or rules on": """
            SELECT m.id FROM matters_matter m JOIN matters_duty d ON d.matter_id = m.id
            WHERE m.ended_at IS NOT NULL AND (d.until IS NULL OR m.holder_id IS NOT NULL)""",
        "an end without an outcome, or an outcome without an end": """
            SELECT id FROM matters_matter WHERE (ended_at IS NULL) <> (outcome = '')""",
        "an end without an answer": """
            SELECT m.id FROM matters_matter m
            WHERE m.ended_at IS NOT NULL AND m.outcome NOT IN ('withdrawn', 'merged') AND (m.answered_at IS NULL OR NOT EXISTS (
                SELECT 1 FROM record_event e JOIN record_sealed s ON s.event_id = e.id
                WHERE e.chain = m.id AND s.name = 'reply'))""",
        "a matter that the lateness job would never look at again, though it is not at the top": """
            SELECT m.id FROM matters_matter m WHERE m.ended_at IS NULL AND m.attend_at IS NULL AND (
                m.late_at IS NULL OR NOT m.at_top OR EXISTS (
                    SELECT 1 FROM matters_duty d WHERE d.matter_id = m.id AND d.until IS NULL AND starts_with(d.kind, 'rules')))""",
        "a climb that nobody watches": """
            SELECT m.id FROM matters_matter m WHERE m.climbed > 0 AND NOT EXISTS (
                SELECT 1 FROM matters_duty d
                WHERE d.matter_id = m.id AND d.kind = 'supervises' AND d.until IS NULL AND d.step = m.climbed)""",
        "a late matter that nobody watches and that is not on the public list": """
            SELECT m.id FROM matters_matter m WHERE m.late_at IS NOT NULL AND m.climbed = 0 AND NOT m.at_top""",
        "an event that does not count on": """
            SELECT m.id FROM matters_matter m WHERE m.version <> (SELECT count(*) FROM record_event e WHERE e.chain = m.id)""",
    }
)
# After the job has run: what fell due by then has been dealt with.
OVERDUE = (
    "SELECT id FROM matters_matter WHERE ended_at IS NULL AND (attend_at <= %s OR (due_at <= %s AND late_at IS NULL))"
)


def rows(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def holding(duty: Duty) -> list[uuid.UUID]:
    """Who has this duty now: a person, or everybody in its seat."""
    if duty.person_id:
        return [duty.person_id]
    return list(Post.objects.filter(in_term(), role=duty.role, place=duty.place).values_list("person_id", flat=True))


def breaches() -> list[str]:
    """In one query, since it is asked after every step."""
    found = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS ({sql})" for name, sql in BREACHES.items())
    return [name for (name,) in rows(found)]


@contextmanager
def undone() -> Iterator[None]:
    """Hypothesis tells many tales within one test; each leaves the world as it found it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Walk:
    """One random course of events. `draw` is Hypothesis choosing."""

    world: World
    data: st.DataObject
    now: datetime = NINE
    again: Callable[[], Any] | None = None
    done: list[str] = field(default_factory=list)

    def one_of(self, options: Any) -> Any:
        return self.data.draw(st.sampled_from(list(options)))

    def step(self) -> None:
        act = self.one_of([self.move] * 8 + [self.wait] * 2 + [self.rule] * 2 + [
            self.raise_one, self.repeat, self.ask_delay, self.object, self.leave, self.join])  # fmt: skip
        self.now += timedelta(minutes=1)
        try:
            with clock.at(self.now), transaction.atomic():
                act()
            self.done.append(act.__name__)
        except Refused:
            self.again = None  # what it rolled back with it may have been the matter itself
            self.done.append(f"{act.__name__} refused")
        self.check()

    def check(self) -> None:
        assert breaches() == [], self.done

    def raise_one(self) -> None:
        """By anybody, anywhere, whether they may or not."""
        self.raise_it(self.one_of(shipped().values()), self.anybody(), self.world.place(self.one_of(PLACES)))

    def begin(self, book: Playbook) -> None:
        """Raised by the first person who may, at the first place where it may be raised."""
        readers = [Reader(person) for person in self.world.people.values()]
        may = ((one, self.world.place(place)) for place in PLACES for one in readers)
        found = ((one, at) for one, at in may if at.level in book.at and post_to_raise(one, book, at))
        actor, place = next(found, (readers[0], self.world.place("room")))
        self.raise_it(book, actor, place)

    def raise_it(self, book: Playbook, actor: Reader, place: Place) -> None:
        answers, key = self.answers(book.form), uuid.uuid4()
        urgency = self.one_of(("ordinary", "emergency"))
        self.submit(lambda: raise_matter(book.name, place, actor=actor, answers=answers, key=key, urgency=urgency))

    def submit(self, act: Callable[[], Any]) -> None:
        self.again = act
        act()

    def matter(self) -> Matter:
        """Mostly an open one; where none is left, a new one is raised."""
        if not Matter.objects.filter(ended_at__isnull=True).exists():
            self.begin(self.one_of(shipped().values()))
        found = list(Matter.objects.select_related("holder").order_by("number"))
        return self.one_of([one for one in found if one.is_open] * 5 + found)  # type: ignore[no-any-return]

    def anybody(self) -> Reader:
        return Reader(self.one_of(self.world.people.values()))

    def somebody(self, matter: Matter, *kinds: str) -> Reader:
        """Mostly who has such an open duty on it, at times anybody at all."""
        able = [
            self.reader(pk) for duty in matter.duties.filter(kind__in=kinds, until__isnull=True) for pk in holding(duty)
        ]
        return self.one_of(able * 5 + [self.anybody()])  # type: ignore[no-any-return]

    def reader(self, person: uuid.UUID) -> Reader:
        return Reader(next(one for one in self.world.people.values() if one.pk == person))

    def move(self) -> None:
        matter = self.matter()
        book = book_of(matter.playbook_id)
        here = book.stages.get(matter.stage)
        moves = list(here.moves) * 8 if here else []
        rule = self.one_of(moves + [one for stage in book.stages.values() for one in stage.moves])
        actor = self.reader(matter.raiser_id) if rule.by else self.somebody(matter, Duty.HOLDS)
        answers, key = self.answers(rule.needs), uuid.uuid4()
        self.submit(lambda: move(matter, rule.name, actor=actor, answers=answers, key=key))

    def answers(self, asked: tuple[Field, ...]) -> dict[str, Any]:
        return {one.name: self.answer(one) for one in asked}

    def answer(self, asked: Field) -> Any:
        fitting = {
            "choice": st.sampled_from(list(asked.options) or [""]),
            "score": st.integers(1, 5),
            "money": st.sampled_from(["0", "35.50", "80"]),
            "date": st.just("2026-05-20"),
            "time": st.just("2026-05-20 10:00"),
            "number": st.sampled_from(["0", "7"]),
            "yes_no": st.booleans(),
            "photos": st.lists(st.builds(a_photo), max_size=2),
            "phone": st.sampled_from(["", "13800000001"]),
            "person": st.sampled_from(self.ids_of(asked.role) or [""]),
            "units": st.lists(st.sampled_from(self.ids_of(asked.role) or [""]), min_size=1, unique=True),
        }
        return self.data.draw(fitting.get(asked.kind, st.just("情况如此")))

    def ids_of(self, role: str) -> list[str]:
        held = Post.objects.filter(role=role, until__isnull=True).order_by("pk")
        return [str(pk) for pk in held.values_list("person_id", flat=True)]

    def wait(self) -> None:
        """Time passes, in one leap as when the job was down; then the job runs, and once more at the same moment."""
        self.now += self.one_of(WAITS)
        with clock.at(self.now):
            hand_on_vacant()
            look_after()
            after = everything()
            assert (hand_on_vacant(), str(look_after())) == (0, "nothing to do")
            assert everything() == after
        assert rows(OVERDUE, self.now, self.now) == []

    def repeat(self) -> None:
        if self.again is not None and self.done[-1:] in (["move"], ["raise_one"], ["repeat"]):
            before = everything()
            self.again()
            assert everything() == before

    def ask_delay(self) -> None:
        matter = self.matter()
        limit = self.one_of(("1h", "2workdays", "90d"))
        ask_delay(matter, limit=limit, reason="等配件", actor=self.somebody(matter, Duty.HOLDS))

    def object(self) -> None:
        matter = self.matter()
        make_objection(matter, reason="不归我", actor=self.somebody(matter, Duty.HOLDS))

    def rule(self) -> None:
        """On whatever waits for a ruling; where nothing does, on what does not."""
        waiting = Duty.objects.filter(kind__in=RULINGS, until__isnull=True).select_related("matter").order_by("pk")
        duty = self.one_of(waiting or Duty.objects.select_related("matter").order_by("pk"))
        actor = self.somebody(duty.matter, duty.kind)
        if duty.kind == Duty.RULES_DELAY:
            rule_delay(duty.matter, grant=self.one_of((True, False)), reason="核实", actor=actor)
        else:
            role = self.one_of(("", "community", "grid_worker", "property_desk", "street"))
            rule_objection(duty.matter, take_over=role, reason="核实", actor=actor)

    def leave(self) -> None:
        """A post ends; rarely a person is forgotten."""
        posts = Post.objects.filter(until__isnull=True).select_related("person").order_by("pk")
        post = self.one_of(posts)
        if self.one_of((False, False, False, True)):
            forget(post.person)
        else:
            end_post(post)

    def join(self) -> None:
        post = self.one_of(Post.objects.filter(until__isnull=False).order_by("pk") or Post.objects.order_by("pk"))
        appoint(post.person, post.role, post.place)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
@pytest.mark.parametrize("book", shipped())
def test_the_promise_holds_whatever_anybody_does(world: World, book: str, data: st.DataObject) -> None:
    with undone():
        walk = Walk(world, data)
        with clock.at(NINE):
            walk.begin(shipped()[book])
        walk.check()
        for _ in range(data.draw(st.integers(5, 25))):
            walk.step()
        assert list(broken_chains()) == []
        assert [differences(matter) for matter in Matter.objects.all() if differences(matter)] == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("holder_id = NULL", "matter_open_has_holder"),
        ("due_at = NULL", "matter_open_has_deadline"),
        ("ended_at = now(), outcome = 'solved'", "matter_end_has_answer"),
        ("ended_at = now(), answered_at = now()", "matter_end_has_outcome"),
        ("outcome = 'solved'", "matter_end_has_outcome"),
    ],
)
def test_the_database_itself_refuses_a_broken_promise(world: World, change: str, constraint: str) -> None:
    a_repair(world)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows(f"UPDATE matters_matter SET {change} RETURNING id")


def test_the_database_lets_a_matter_end_without_an_answer_only_when_it_was_withdrawn_or_merged(world: World) -> None:
    for outcome in ("withdrawn", "merged"):
        a_repair(world)
        assert (
            len(
                rows(
                    f"UPDATE matters_matter SET ended_at = now(), outcome = '{outcome}' WHERE outcome = '' RETURNING 1"
                )
            )
            == 1
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE record_event SET verb = 'moved'",
        "UPDATE record_event SET body = '{}'",
        "DELETE FROM record_event",
        "TRUNCATE record_event CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_recorded(world: World, change: str) -> None:
    a_repair(world)
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_refuses_two_holders_and_a_second_climb_of_one_step(world: World) -> None:
    matter = a_repair(world)
    look_after(moment=matter.raised_at + timedelta(hours=1))
    copied = "matter_id, stage, entry, step, role, place_id, person_id, since, due_at"
    for kind, constraint in (("holds", "duty_one_open"), ("supervises", "duty_climbs_once")):
        until = "NULL" if kind == "holds" else "due_at"
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows(
                f"INSERT INTO matters_duty (id, kind, until, {copied}) SELECT gen_random_uuid(), kind, {until}, {copied} "
                "FROM matters_duty WHERE kind = %s RETURNING id",
                kind,
            )
