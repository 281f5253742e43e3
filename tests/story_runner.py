"""Stories: what happens to one matter, told in YAML, done through the doors that everybody uses, and checked at each step.

The grammar stands in docs/how-to/add-a-story.md. Time passes as it would with a job that runs every minute.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.db.models import Min

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.workcalendar import WorkCalendar
from linli.matters.actions.delays import ask_delay, rule_delay
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.objections import make_objection, rule_objection
from linli.matters.actions.raising import raise_matter
from linli.matters.actions.vacancies import hand_on_vacant
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.notices.actions.postings import end_postings
from linli.people.actions import end_post
from linli.people.models import Post
from linli.people.reader import Reader
from linli.playbooks.ends import WITHOUT_ANSWER
from linli.playbooks.engine import fields
from linli.playbooks.limits import due_at, read_limit
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of, current_version
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.loop.actions.questions import answer as answer_question
from linli.requests.loop.actions.questions import ask
from tests.ballot_steps import hold_ballot
from tests.meeting_steps import hold
from tests.photos import a_photo
from tests.posting_steps import answer, concern, show_proof
from tests.table_steps import end_table
from tests.world import World

STORIES = Path(__file__).parent / "stories"
Way = tuple[str, str, str, str]  # playbook, stage, move (or "raised", "late", an outcome), stage or end arrived at
TOLD = frozenset(
    {"story", "ending", "playbook", "place", "by", "when", "answers", "urgency", "refused", "expect", "steps"}
)
BESIDE = frozenset({"after", "by", "of", "answers", "why", "role", "refused", "expect"})
TABLES = (
    "matters_matter", "matters_duty", "record_event", "record_sealed",
    "meetings_meeting", "meetings_seat", "meetings_item", "meetings_topic", "meetings_optionsheet",
    "ballots_ballot", "ballots_slot", "ballots_votecast",
    "notices_posting", "notices_concern",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    file: str
    number: int
    data: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.data['story']}"

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        return list(self.data.get("steps", ()))


def all_stories() -> list[Story]:
    return [story for path in sorted(STORIES.glob("*.yaml")) for story in stories_in(path)]


def stories_in(path: Path) -> Iterator[Story]:
    for number, data in enumerate(yaml.safe_load_all(path.read_text(encoding="utf-8")), start=1):
        _refuse_unknown(data, TOLD)
        for step in data.get("steps", ()):
            _refuse_unknown(step, BESIDE | VERBS.keys())
            if len(step.keys() & VERBS.keys()) != 1:
                raise ValueError(f"Each step does just one thing: {step}")
        yield Story(path.stem, number, data)


def _refuse_unknown(data: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := set(data) - known:
        raise ValueError(f"A story knows no {sorted(unknown)}; it knows {sorted(known)}.")


def everything() -> dict[str, list[str]]:
    """All that is stored about matters in this district, to see whether anything changed."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT row_to_json({table})::text FROM {table} ORDER BY id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def run_job(moment: datetime) -> None:
    """The lateness job as the command runs it, and once more to see that nothing is left to do."""
    with clock.at(moment):
        hand_on_vacant()
        look_after()
        end_postings()
        assert (hand_on_vacant(), str(look_after()), end_postings()) == (0, "nothing to do", 0)


def pass_time(start: datetime, end: datetime) -> None:
    """Run the job a minute later, at each moment when something falls due, and at the end."""
    moment = min(start + timedelta(minutes=1), end)
    while moment < end:
        run_job(moment)
        falls_due = Matter.objects.filter(ended_at__isnull=True).aggregate(at=Min("attend_at"))["at"]
        moment = min(falls_due or end, end)
    run_job(end)


@dataclass
class Telling:
    """A story as far as it has been told."""

    world: World
    story: Story
    now: datetime
    matter: Matter | None = None
    again: Callable[[], Any] | None = None  # the last submission, with its key
    keys: int = 0
    ways: set[Way] = field(default_factory=set)

    def tell(self) -> None:
        data = self.story.data
        with clock.at(self.now):
            self._try(self._raise, data)
        self._expect(data.get("expect", {}), self.matter)
        replay_all()
        for step in self.story.steps:
            try:
                self._step(step)
            except (AssertionError, Refused) as wrong:
                raise AssertionError(f"{self.story}\n  at {_local(self.now)}, {dict(step)}\n{wrong}") from wrong
        self._finish()

    def _step(self, step: Mapping[str, Any]) -> None:
        if "after" in step:
            self._pass(step["after"])
        verb = next(name for name in step if name in VERBS)
        with clock.at(self.now):
            self._try(lambda given: VERBS[verb](self, given), step)
        self._expect(step.get("expect", {}), self._meant(step) if self.matter else None)
        replay_all()

    def _try(self, act: Callable[[Mapping[str, Any]], None], given: Mapping[str, Any]) -> None:
        if "refused" not in given:
            act(given)
            return
        before = everything()
        with pytest.raises(Refused) as caught, transaction.atomic():
            act(given)
        said = caught.value.sentence.zh
        assert given["refused"] in said, f"it was refused with: {said}"
        assert everything() == before, "what was refused has changed something"

    def _raise(self, data: Mapping[str, Any]) -> None:
        place, key = self.world.place(data["place"]), self._key()
        form = self._typed(data, self._form(data["playbook"]))
        actor = getattr(self.world, data["by"])
        urgency = data.get("urgency", "ordinary")
        self.again = lambda: raise_matter(data["playbook"], place, actor=actor, answers=form, key=key, urgency=urgency)
        self.matter = self.again()

    def _form(self, name: str) -> Mapping[str, str]:
        return {one.name: one.kind for one in fields(book_named(name))}

    def _move(self, step: Mapping[str, Any]) -> None:
        matter, key, actor = self._meant(step), self._key(), self._actor(step)
        typed = self._typed(step, self._form(matter.book))
        self.again = lambda: move(matter, step["move"], actor=actor, answers=typed, key=key)
        self.again()

    def _wait(self, step: Mapping[str, Any]) -> None:
        self._pass(step["wait"])

    def _delay(self, step: Mapping[str, Any]) -> None:
        ask_delay(self._meant(step), limit=step["delay"], reason=step.get("why", "等配件"), actor=self._actor(step))

    def _grant(self, step: Mapping[str, Any]) -> None:
        rule_delay(self._meant(step), grant=True, reason=step["grant"], actor=self._actor(step))

    def _refuse(self, step: Mapping[str, Any]) -> None:
        rule_delay(self._meant(step), grant=False, reason=step["refuse"], actor=self._actor(step))

    def _object(self, step: Mapping[str, Any]) -> None:
        make_objection(self._meant(step), reason=step["object"], actor=self._actor(step))

    def _uphold(self, step: Mapping[str, Any]) -> None:
        rule_objection(
            self._meant(step), take_over=step["uphold"], reason=step.get("why", "职责在此"), actor=self._actor(step)
        )

    def _dismiss(self, step: Mapping[str, Any]) -> None:
        rule_objection(self._meant(step), reason=step["dismiss"], actor=self._actor(step))

    def _ask(self, step: Mapping[str, Any]) -> None:
        ask(self._meant(step), step["ask"], limit="2workdays", actor=self._actor(step))

    def _respond(self, step: Mapping[str, Any]) -> None:
        answer_question(self._meant(step), step["respond"], actor=self._actor(step))

    def _end_post(self, step: Mapping[str, Any]) -> None:
        posts = Post.objects.filter(person=self.world.people[step["end_post"]], role=step["role"], until__isnull=True)
        assert [end_post(post) for post in posts], f"{step['end_post']} holds no post as {step['role']}"

    def _meet(self, step: Mapping[str, Any]) -> None:
        hold(self._meant(step), self._actor(step), step["meet"], lambda at: self._pass(_local(at)))

    def _table(self, step: Mapping[str, Any]) -> None:
        end_table(self.world, self._meant(step), self._actor(step), step["table"])

    def _prove(self, step: Mapping[str, Any]) -> None:
        show_proof(self._meant(step), self._actor(step), step["prove"])

    def _concern(self, step: Mapping[str, Any]) -> None:
        concern(self._meant(step), self._actor(step), step["concern"], key=self._key())

    def _answer_concern(self, step: Mapping[str, Any]) -> None:
        answer(self._meant(step), self._actor(step), step["answer"])

    def _uphold_concern(self, step: Mapping[str, Any]) -> None:
        answer(self._meant(step), self._actor(step), step["uphold_concern"], upheld=True)

    def _ballot(self, step: Mapping[str, Any]) -> None:
        hold_ballot(self.world, self._meant(step), self._actor(step), step["ballot"], lambda at: self._pass(_local(at)))

    def _repeat(self, step: Mapping[str, Any]) -> None:
        assert self.again is not None
        before = everything()
        self.again()
        assert everything() == before, "the repeated submission changed something"

    def _pass(self, how_long: Any) -> None:
        start = self.now
        text = str(how_long)
        self.now = (
            local(text) if " " in text else due_at(start, read_limit(text), calendar=WorkCalendar()).astimezone(UTC)
        )
        assert self.now > start, f"{text} is not later than {_local(start)}"
        pass_time(start, self.now)

    def _actor(self, step: Mapping[str, Any]) -> Reader:
        return getattr(self.world, step["by"])  # type: ignore[no-any-return]

    def _key(self) -> uuid.UUID:
        self.keys += 1
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.story}{self.keys}")

    def _meant(self, step: Mapping[str, Any]) -> Matter:
        """The matter that the story is about, or with `of:` the latest one of that called unit."""
        assert self.matter is not None
        if "of" not in step:
            return Matter.objects.get(pk=self.matter.pk)
        called = self.matter.children.filter(facts__unit=self.world.id_of(step["of"])).order_by("-raised_at", "-number")
        return called[0]

    def _typed(self, given: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
        """The answers as a form would send them: people by their identifier, photos by how many."""
        return {name: self._answer(kinds.get(name, ""), value) for name, value in given.get("answers", {}).items()}

    def _answer(self, kind: str, value: Any) -> Any:
        if kind == "units":
            return [self.world.id_of(key) for key in value]
        if kind == "photos":
            return [a_photo() for _ in range(value)]
        return self.world.id_of(value) if kind == "person" else value

    def _expect(self, wanted: Mapping[str, Any], matter: Matter | None) -> None:
        if matter is None:
            assert not wanted, "nothing was raised"
            return
        fresh = Matter.objects.get(pk=matter.pk)
        seen = {name: SEEN[name](self, fresh) for name in wanted}
        wrong = {name: seen[name] for name in wanted if seen[name] != wanted[name]}
        assert not wrong, f"instead it is {wrong}"

    def who(self, matter: Matter, *kinds: str) -> str | None:
        duty = Duty.objects.filter(matter=matter, kind__in=kinds, until__isnull=True).select_related("place").first()
        if duty is None:
            return None
        return f"{duty.role}@{duty.place.level}" if duty.place else self.world.key_of(duty.person_id)

    def _finish(self) -> None:
        assert list(broken_chains()) == []
        for matter in Matter.objects.all():
            assert not matter.outcome or matter.outcome in WITHOUT_ANSWER or has_reply(matter)
            self.ways |= set(ways_of(matter))


def replay_all() -> None:
    """The record, folded, says the same as the columns, also of whoever watches just now."""
    for matter in Matter.objects.all():
        told = differences(matter)
        assert not told, f"the record and the columns of {matter} differ: {told}"


def has_reply(matter: Matter) -> bool:
    return Sealed.objects.filter(event__chain=matter.pk, name="reply").exists()


def book_named(name: str) -> Playbook:
    return book_of(current_version(name).pk)


def ways_of(matter: Matter) -> Iterator[Way]:
    """Every way of the playbook that this matter went."""
    for event in Event.objects.filter(chain=matter.pk, verb__in=("raised", "moved", "lapsed", "concluded")):
        body = event.body
        if event.verb == "raised":
            yield matter.book, "", "raised", body["now"]["stage"]
        else:
            way = {"moved": body.get("move"), "concluded": body.get("outcome"), "lapsed": "late"}[event.verb]
            yield matter.book, body["from"], str(way), body["to"]


def ways_in(book: Playbook) -> Iterator[Way]:
    """Every way there is: each branch of each move, each outcome, each lateness, and how a matter begins."""
    for arrived in arrivals(book, book.first.name):
        yield book.name, "", "raised", arrived
    for stage in book.stages.values():
        ways = [(one.name, branch) for one in stage.moves for branch in one.branches] + list(stage.on.items())
        for way, branch in ways + ([("late", stage.late)] if stage.late else []):
            for arrived in arrivals(book, branch.to):
                yield book.name, stage.name, way, arrived


def arrivals(book: Playbook, name: str) -> list[str]:
    """Where one can come to stand by going to `name`, which may be a route that is only passed."""
    stage = book.stages.get(name)
    if stage is None or stage.kind != "route":
        return [name]
    return [arrived for branch in stage.branches for arrived in arrivals(book, branch.to)]


def local(text: str) -> datetime:
    """`2026-05-06 09:00` on the neighbourhood's clocks."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=clock.ZONE).astimezone(UTC)


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M") if moment else None


def _children(telling: Telling, matter: Matter) -> dict[str, str]:
    """Where the latest matter of each called unit stands."""
    order = matter.children.order_by("raised_at", "number")
    return {telling.world.key_of(uuid.UUID(child.facts["unit"])): child.stage for child in order}


def _fell(telling: Telling, matter: Matter) -> list[str]:
    """The vacant seats that the present duty fell through."""
    bodies = [event.body for event in Event.objects.filter(chain=matter.pk).order_by("seq")]
    return next((list(body.get("fell", ())) for body in reversed(bodies) if "holder" in body), [])


VERBS: Mapping[str, Callable[[Telling, Mapping[str, Any]], None]] = MappingProxyType(
    {
        "move": Telling._move,
        "wait": Telling._wait,
        "delay": Telling._delay,
        "grant": Telling._grant,
        "refuse": Telling._refuse,
        "object": Telling._object,
        "uphold": Telling._uphold,
        "dismiss": Telling._dismiss,
        "ask": Telling._ask,
        "respond": Telling._respond,
        "end_post": Telling._end_post,
        "meet": Telling._meet,
        "table": Telling._table,
        "ballot": Telling._ballot,
        "prove": Telling._prove,
        "concern": Telling._concern,
        "answer": Telling._answer_concern,
        "uphold_concern": Telling._uphold_concern,
        "repeat": Telling._repeat,
    }
)
SEEN: Mapping[str, Callable[[Telling, Matter], Any]] = MappingProxyType(
    {
        "stage": lambda telling, matter: matter.stage,
        "holder": lambda telling, matter: telling.who(matter, Duty.HOLDS),
        "fell": _fell,
        "due": lambda telling, matter: _local(matter.due_at),
        "warned": lambda telling, matter: matter.warned_at is not None,
        "late": lambda telling, matter: matter.late_at is not None,
        "climbed": lambda telling, matter: matter.climbed,
        "supervisor": lambda telling, matter: telling.who(matter, Duty.SUPERVISES),
        "climbs_at": lambda telling, matter: _local(matter.climb_at),
        "at_top": lambda telling, matter: matter.at_top,
        "rules": lambda telling, matter: telling.who(matter, Duty.RULES_DELAY, Duty.RULES_OBJECTION),
        "rounds": lambda telling, matter: matter.rounds,
        "asked": lambda telling, matter: matter.asked_due is not None,
        "told": lambda telling, matter: matter.told_at is not None,
        "outcome": lambda telling, matter: matter.outcome,
        "children": _children,
    }
)


def tell(world: World, story: Story) -> set[Way]:
    """Tell a story, check it on the way, and return the ways it went."""
    telling = Telling(world, story, local(story.data["when"]))
    telling.tell()
    return telling.ways
