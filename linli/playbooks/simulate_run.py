"""One run of a simulation: the clock, the people, and the events to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import inf
from random import Random

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.ends import WITHOUT_ANSWER
from linli.playbooks.engine import Arrival, advance, conclude, lapse, reopens, start
from linli.playbooks.kinds import STAGE_KINDS
from linli.playbooks.limits import Limit, due_at
from linli.playbooks.model import RAISER, End, Move, Playbook, Stage
from linli.playbooks.simulate_report import DutyReport, Report, StageReport, Waits
from linli.playbooks.simulate_world import (
    DAY,
    OTHER_WORK,
    RAISERS_ANSWER,
    Case,
    Habits,
    Hours,
    Job,
    Pool,
    arrivals,
    business_hours,
    round_the_clock,
)
from linli.playbooks.standing import CHAIN_LIMIT, FIRST_FACTS, next_step


def runs_itself(stage: Stage) -> bool:
    """A route passes at once; a kind with outcomes waits for others than its holder."""
    kind = STAGE_KINDS[stage.kind]
    return not kind.holds or bool(kind.outcomes)


@dataclass(slots=True)
class Tally:
    entered: int = 0
    late: int = 0


@dataclass(slots=True)
class Run:
    book: Playbook
    people: Mapping[str, int]
    days: int
    seed: int
    calendar: WorkCalendar
    habits: Habits
    starts: datetime
    cases: list[Case] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    hours: Hours = field(default_factory=round_the_clock)
    climbs: int = 0
    now: float = 0
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _planned: int = 0

    def all(self, per_day: float, notes: tuple[Said, ...]) -> Report:
        if self.book.calendar == "work":
            self.hours = business_hours(self.calendar, self.starts, self.days)
        self.pools = {name: Pool(count, self.hours) for name, count in self.people.items()}
        self.tallies = {name: Tally() for name, stage in self.book.stages.items() if stage.kind != "route"}
        chance = Random(f"{self.seed} arrivals")
        for number, moment in enumerate(arrivals(chance, per_day, self.days, self.habits.profile), 1):
            self._plan(moment, self._raiser_of(number))
        self._let_run()
        return self._report(notes)

    @property
    def horizon(self) -> float:
        return self.days * DAY

    def _let_run(self) -> None:
        while self._events and self._events[0][0] <= self.horizon:
            self.now, _, happens = heappop(self._events)
            happens()
        self.now = self.horizon
        for case in self.cases:
            if case.ended is None:
                self._attend(case)

    def _plan(self, moment: float, happens: Callable[[], None]) -> None:
        if moment < inf:
            self._planned += 1
            heappush(self._events, (moment, self._planned, happens))

    def _plan_for(self, case: Case, moment: float, happens: Callable[[Case], None]) -> None:
        """Plan something that is dropped when the case has left its stage by then."""
        entry = case.entry
        self._plan(moment, lambda: happens(case) if case.entry == entry else None)

    def _raiser_of(self, number: int) -> Callable[[], None]:
        return lambda: self._raise(number)

    def _raise(self, number: int) -> None:
        chance = Random(f"{self.seed} matter {number}")
        facts = {**FIRST_FACTS, "urgency": self.habits.urgency(chance), "level": chance.choice(self.book.at)}
        facts |= {asked.name: self.habits.answer(chance, asked) for asked in self.book.form}
        case = Case(number, self.now, chance, facts)
        self.cases.append(case)
        self._enter(case, start(self.book, facts))

    def _enter(self, case: Case, arrival: Arrival) -> None:
        case.entry += 1
        case.served = False
        case.facts |= {"late": False, "climbed": 0}
        if arrival.stage is None:
            case.ended, case.end, case.stage = self.now, arrival.name, ""
            return
        stage = arrival.stage
        case.stage, case.due, case.climb_at = stage.name, self._due(stage, case), inf
        self.tallies[stage.name].entered += 1
        self._await(case, stage)
        self._plan_others(case, stage)

    def _await(self, case: Case, stage: Stage) -> None:
        if stage.on and runs_itself(stage):
            self._await_outcome(case, stage)
        elif stage.duty is not None and stage.duty.person == RAISER:
            self._await_raiser(case, stage)
        elif stage.duty is not None:
            self._queue(case, stage, self.pools[stage.duty.role or stage.duty.person])

    def _await_outcome(self, case: Case, stage: Stage) -> None:
        """Units outside take three fifths of the limit on the mean: most are back in time, some are not."""
        outcome = case.chance.choice(tuple(stage.on))
        mean = self.habits.minutes.get(outcome, 0.6 * (case.due - self.now))
        self._plan_for(
            case, self.now + self.habits.draw(case.chance, mean), lambda back: self._come_back(back, outcome)
        )

    def _come_back(self, case: Case, outcome: str) -> None:
        self._attend(case)
        self._enter(case, conclude(self.book, case.stage, outcome, case.facts))

    def _await_raiser(self, case: Case, stage: Stage) -> None:
        move = self._choose(case, stage)
        takes = self.habits.draw(case.chance, self.habits.minutes.get(move, RAISERS_ANSWER))
        if stage.late is not None:
            self._plan_for(case, case.due, self._lapse)
            if self.habits.happens(case.chance, _silence(self.book.ends.get(stage.late.to))):
                return
        self._plan_for(case, self.now + takes, lambda answering: self._move(answering, move))

    def _lapse(self, case: Case) -> None:
        arrival = lapse(self.book, case.stage, case.facts)
        if arrival is not None:
            self._enter(case, arrival)

    def _queue(self, case: Case, stage: Stage, pool: Pool) -> None:
        move = self._choose(case, stage)
        work = self.habits.draw(case.chance, self.habits.minutes.get(move, OTHER_WORK))
        pool.ask(Job(case, case.entry, move, work, self.now))
        self._serve(pool)

    def _serve(self, pool: Pool) -> None:
        while (job := pool.begin(self.now, self.horizon)) is not None:
            job.case.served = True
            self._plan(pool.hours.after(self.now, job.work), self._done(pool, job))

    def _done(self, pool: Pool, job: Job) -> Callable[[], None]:
        def happens() -> None:
            pool.at_work -= 1
            self._move(job.case, job.move)
            self._serve(pool)

        return happens

    def _plan_others(self, case: Case, stage: Stage) -> None:
        """Moves by others than the holder, such as the raiser's `withdraw`, happen while nobody is at work on it."""
        for move in stage.moves:
            if move.by is not None and move.by != stage.duty and self.habits.happens(case.chance, move.name):
                self._plan_for(case, self.now + case.chance.expovariate(1 / DAY), self._by_another(move))

    def _by_another(self, move: Move) -> Callable[[Case], None]:
        return lambda case: None if case.served else self._move(case, move.name)

    def _choose(self, case: Case, stage: Stage) -> str:
        weights = _weights(stage, self.habits)
        return case.chance.choices(tuple(weights), tuple(weights.values()))[0] if weights else ""

    def _move(self, case: Case, name: str) -> None:
        """Make the move, or the next that its guard allows; when none is possible the matter stays where it is."""
        stage = self.book.stages[case.stage]
        self._attend(case)
        for each in sorted(_weights(stage, self.habits) | {name: inf}, key=lambda other: other != name):
            if (move := stage.move(each)) is not None and self._made(case, stage, move):
                return

    def _made(self, case: Case, stage: Stage, move: Move) -> bool:
        drawn = {asked.name: self.habits.answer(case.chance, asked) for asked in move.needs}
        facts = {**case.facts, **{name: value for name, value in drawn.items() if value is not None}}
        try:
            arrival = advance(self.book, stage.name, move.name, facts)
        except Refused:
            return False
        self._note_answer(case, stage, move)
        reached = int(case.facts["climbed"])
        case.facts = facts | {"rounds": facts["rounds"] + int(reopens(self.book, stage, move, arrival))}
        self._enter(case, arrival)
        if move.climbs and arrival.stage is not None:
            self._climb(case, reached, self.now)
        return True

    def _note_answer(self, case: Case, stage: Stage, move: Move) -> None:
        counts = self.book.counts
        if case.responded is None and (
            move.name in counts["responded"] if "responded" in counts else not _is_raisers(stage, move)
        ):
            case.responded = self.now
        if case.finished is None and move.name in counts.get("finished", ()):
            case.finished = self.now

    def _due(self, stage: Stage, case: Case) -> float:
        return self._after(self.now, stage.limit.choose(case.facts)) if stage.limit else inf

    def _after(self, moment: float, limit: Limit) -> float:
        begun = (self.starts.astimezone(UTC) + timedelta(minutes=moment)).astimezone(self.starts.tzinfo)
        due = due_at(begun, limit, calendar=self.calendar, working=self.book.calendar == "work")
        return (due - self.starts).total_seconds() / 60

    def _attend(self, case: Case) -> None:
        """Catch up with what has happened by itself in this stage until now: it became late, and climbed."""
        while (moment := min(case.climb_at, inf if case.facts["late"] else case.due)) < self.now:
            if not case.facts["late"] and case.due <= case.climb_at:
                case.facts["late"] = True
                self.tallies[case.stage].late += 1
            self._climb(case, int(case.facts["climbed"]), moment)

    def _climb(self, case: Case, after: int, moment: float) -> None:
        """Each step of the chain has its own limit; at the top nothing more happens."""
        step = next_step(self.book, self.book.stages[case.stage], case.facts, after)
        case.climb_at = inf
        if step is None:
            return
        case.facts["climbed"] = step.number
        self.climbs += int(case.facts["late"])
        if not step.top:
            case.climb_at = self._after(moment, self.book.chain_limit or CHAIN_LIMIT)

    def _report(self, notes: tuple[Said, ...]) -> Report:
        book, ended = self.book, [case for case in self.cases if case.ended is not None]
        return Report(
            raised=len(self.cases),
            ends={name: sum(case.end == name for case in ended) for name in book.ends},
            days=self.days,
            to_response=self._waits(lambda case: case.responded),
            to_finish=self._waits(lambda case: case.finished) if "finished" in book.counts else None,
            to_end=self._waits(lambda case: case.ended if _has_answer(book.ends.get(case.end)) else None),
            stages=tuple(StageReport(name, each.entered, each.late) for name, each in self.tallies.items()),
            duties=tuple(self._duty(name, pool) for name, pool in self.pools.items()),
            climbs=self.climbs,
            round_the_clock=book.calendar != "work",
            notes=notes,
        )

    def _duty(self, name: str, pool: Pool) -> DutyReport:
        there = pool.people * pool.hours.worked(self.horizon)
        waited = sum(pool.waited) / len(pool.waited) if pool.waited else 0.0
        return DutyReport(name, pool.people, pool.spent, pool.asked, there, waited)

    def _waits(self, until: Callable[[Case], float | None]) -> Waits:
        """Who is still waiting, or has withdrawn, is known to have waited at least so long."""
        seen: list[tuple[float, bool]] = []
        for case in self.cases:
            moment = until(case)
            last = self.horizon if case.ended is None else case.ended
            seen.append(((last if moment is None else moment) - case.raised, moment is not None))
        return Waits.of(seen)


def _weights(stage: Stage, habits: Habits) -> dict[str, float]:
    """The holder's moves: those with a chance of their own take it, the others share what is left."""
    own = [move.name for move in stage.moves if move.by is None or move.by == stage.duty]
    named = {name: habits.chances[name] for name in own if name in habits.chances}
    others = [name for name in own if name not in named]
    left = max(0.0, 1 - sum(named.values()))
    weights = {name: named.get(name, left / len(others) if others else 0.0) for name in own}
    return weights if sum(weights.values()) > 0 else dict.fromkeys(own, 1.0)


def _silence(end: End | None) -> str:
    return "lapse" if end is not None and end.outcome in WITHOUT_ANSWER else "silence"


def _has_answer(end: End | None) -> bool:
    return end is not None and end.outcome not in WITHOUT_ANSWER


def _is_raisers(stage: Stage, move: Move) -> bool:
    duty = move.by or stage.duty
    return duty is not None and duty.person == RAISER
