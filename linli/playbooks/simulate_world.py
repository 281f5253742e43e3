"""The neighbourhood that a simulation runs in: how people behave, when offices work, who waits for whom.

Everything here is an assumption; `docs/algorithms/simulation.md` states each with its reason. Times are minutes since
the start of the simulation, as floating point: they are measured, never counted or paid.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from itertools import accumulate
from math import inf, log
from random import Random
from types import MappingProxyType
from typing import Any, Literal

from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.model import Field

DAY = 24 * 60
Spread = Literal["lognormal", "exponential", "even"]

# Share of the day's matters per hour, from midnight: people write after breakfast, at noon and after supper.
PROFILE = (1, 1, 1, 1, 1, 2, 4, 7, 10, 10, 8, 6, 6, 4, 5, 6, 6, 7, 8, 9, 8, 6, 4, 2)
EVEN_PROFILE = (1,) * 24
SIGMA = 0.7  # of the lognormal: half of all work takes less than 0.78 of the mean, a tenth more than 1.9 times

MINUTES: Mapping[str, float] = MappingProxyType(
    {
        "accept": 3,
        "answer": 20,
        "arrive": 60,
        "decline": 5,
        "dissuade": 60,
        "enlist": 30,
        "explain": 20,
        "finish": 45,
        "hand_on": 5,
        "hand_over": 10,
        "hand_up": 10,
        "inspect": 10,
        "judge": 15,
        "offer": 8,
        "report": 20,
        "requote": 15,
        "send": 5,
        "solve_here": 20,
        "still_there": 20,
        "whistle": 20,
        "whistle_again": 20,
    }
)
OTHER_WORK = 15
RAISERS_ANSWER = 12 * 60  # until a neighbour who answers at all does so
CHANCES: Mapping[str, float] = MappingProxyType(
    {
        "ask_again": 0.05,
        "decline": 0.02,
        "explain": 0.1,
        "hand_on": 0.4,
        "hand_up": 0.03,
        "inspect": 0.3,
        "other_time": 0.1,
        "reopen": 0.03,
        "requote": 0.05,
        "still_there": 0.1,
        "whistle_again": 0.05,
        "withdraw": 0.01,
        # not moves:
        "silence": 0.4,  # the raiser never gives a verdict
        "lapse": 0.05,  # the raiser never agrees to an offer
        "good": 0.97,  # a score is among the best two of five (checklist A16: 97 %)
        "urgent": 0.12,
        "emergency": 0.03,
    }
)
NOT_MOVES = ("silence", "lapse", "good", "urgent", "emergency")


@dataclass(frozen=True, slots=True)
class Habits:
    """`minutes`: the mean of each move, or of an outcome. `chances`: how often it is taken."""

    minutes: Mapping[str, float] = field(default_factory=lambda: MINUTES)
    chances: Mapping[str, float] = field(default_factory=lambda: CHANCES)
    service: Spread = "lognormal"
    profile: tuple[int, ...] = PROFILE

    def changed(self, minutes: Mapping[str, float], chances: Mapping[str, float]) -> Habits:
        return replace(self, minutes={**self.minutes, **minutes}, chances={**self.chances, **chances})

    def draw(self, chance: Random, mean: float) -> float:
        if self.service == "even":
            return mean
        if self.service == "exponential":
            return chance.expovariate(1 / mean)
        return chance.lognormvariate(log(mean) - SIGMA * SIGMA / 2, SIGMA)

    def happens(self, chance: Random, name: str) -> bool:
        return chance.random() < self.chances.get(name, 0)

    def urgency(self, chance: Random) -> str:
        drawn, emergency = chance.random(), self.chances.get("emergency", 0)
        if drawn < emergency:
            return "emergency"
        return "urgent" if drawn < emergency + self.chances.get("urgent", 0) else "ordinary"

    def answer(self, chance: Random, asked: Field) -> str | int | bool | None:
        """An answer that a guard could compare; None for all other kinds. Money is always 0."""
        if asked.kind == "choice":
            return chance.choice(tuple(asked.options)) if asked.options else None
        if asked.kind == "score":
            return self._score(chance, asked.of or 5)
        if asked.kind == "yes_no":
            return chance.random() < 0.5
        return {"money": 0, "number": chance.randint(0, asked.max or 10)}.get(asked.kind)

    def _score(self, chance: Random, best: int) -> int:
        good_from = max(1, best - best // 5)
        return chance.randint(good_from, best) if self.happens(chance, "good") else chance.randint(1, good_from)


class Hours:
    """The working time of a duty as one line without gaps: `worked` maps the clock onto it, `after` back."""

    def __init__(self, parts: list[tuple[float, float]]) -> None:
        self.opens = [opens for opens, _ in parts]
        self.closes = [closes for _, closes in parts]
        self.before = [0.0, *accumulate(closes - opens for opens, closes in parts)]

    def worked(self, moment: float) -> float:
        """The working time from the start until a moment."""
        part = bisect_right(self.opens, moment) - 1
        if part < 0:
            return 0.0
        return self.before[part] + min(moment, self.closes[part]) - self.opens[part]

    def after(self, moment: float, work: float) -> float:
        """When so much work that begins at a moment is done; infinite when that lies beyond the simulation."""
        target = self.worked(moment) + work
        part = max(0, bisect_left(self.before, target) - 1)
        if part >= len(self.opens):
            return inf
        return self.opens[part] + target - self.before[part]


def round_the_clock() -> Hours:
    return Hours([(0.0, float(10**9))])


def business_hours(calendar: WorkCalendar, start: datetime, days: int) -> Hours:
    """`days` whole days from `start`, which is a midnight, and half a year more for what is still under way."""
    parts: list[tuple[float, float]] = []
    for number in range(days + 183):
        day = (start + timedelta(days=number)).date()
        if calendar.is_working(day):
            parts += [
                (number * DAY + _minute(opens), number * DAY + _minute(closes)) for opens, closes in calendar.hours
            ]
    return Hours(parts)


def arrivals(chance: Random, per_day: float, days: int, profile: tuple[int, ...]) -> Iterator[float]:
    """A Poisson process whose rate follows the hours of the day: `per_day` on the mean, some days more, some fewer."""
    total = sum(profile)
    edges = [0.0, *accumulate(part / total for part in profile)]
    passed = chance.expovariate(per_day)
    while passed < days:
        day, share = divmod(passed, 1)
        hour = min(bisect_right(edges, share) - 1, len(profile) - 1)
        within = (share - edges[hour]) / (edges[hour + 1] - edges[hour])
        yield (day + (hour + within) / len(profile)) * DAY
        passed += chance.expovariate(per_day)


@dataclass(slots=True)
class Case:
    """One matter in the simulation. `entry` counts the stages entered, so that a planned event sees it is too late."""

    number: int
    raised: float
    chance: Random
    facts: dict[str, Any]
    stage: str = ""
    due: float = inf
    climb_at: float = inf  # when the step of the chain that watches has had its time
    entry: int = 0
    served: bool = False  # somebody is at work on it
    responded: float | None = None
    finished: float | None = None
    ended: float | None = None
    end: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What a case asks of a duty: which move will be made, and how much work it is."""

    case: Case
    entry: int
    move: str
    work: float
    since: float


class Pool:
    """The people of one duty. Emergencies first, then in the order of asking; who has begun is not interrupted."""

    def __init__(self, people: int, hours: Hours) -> None:
        self.people = people
        self.hours = hours
        self.at_work = 0
        self.asked = 0.0  # working minutes
        self.spent = 0.0
        self.waited: list[float] = []  # working minutes in the queue, of each job begun
        self._queue: list[tuple[bool, int, Job]] = []
        self._count = 0

    def ask(self, job: Job) -> None:
        self._count += 1
        self.asked += job.work
        heappush(self._queue, (job.case.facts["urgency"] != "emergency", self._count, job))

    def begin(self, now: float, horizon: float) -> Job | None:
        """The next job, if somebody is free and one is still wanted."""
        while self._queue and self.at_work < self.people:
            job = heappop(self._queue)[2]
            if job.case.entry != job.entry:
                self.asked -= job.work
                continue
            self._take(job, now, horizon)
            return job
        return None

    def _take(self, job: Job, now: float, horizon: float) -> None:
        worked = self.hours.worked(now)
        self.at_work += 1
        self.spent += min(job.work, self.hours.worked(horizon) - worked)
        self.waited.append(worked - self.hours.worked(job.since))


def _minute(wall: time) -> float:
    return wall.hour * 60 + wall.minute + wall.second / 60
