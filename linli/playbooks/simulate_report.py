"""What a simulation found, as figures and as sentences for a committee that is about to promise a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from linli.lib.text import Said
from linli.playbooks.model import Playbook
from linli.playbooks.saying import duty_said, role_said

BUSY, FULL = 0.85, 1.0  # above the first, queues grow long; from the second on, they grow without end
SHIFTS = 168 / 40  # people for one place that is manned day and night, at forty hours a week

MATTERS = Said(
    "{days} 天共提出 {raised} 件，办结 {ended} 件，期末在办 {open} 件。",
    "In {days} days {raised} matters are raised, {ended} end, and {open} are open at the close.",
)
HALF_AND_NINE = Said(
    "{what}：一半在 {median} 以内，九成在 {p90} 以内。", "{what}: half within {median}, nine in ten within {p90}."
)
ONLY_HALF = Said(
    "{what}：一半在 {median} 以内，但超过一成的人到期末还没等到。",
    "{what}: half within {median}, but more than one in ten are still waiting at the close.",
)
NOT_HALF = Said("{what}：超过一半的人到期末还没等到。", "{what}: more than half are still waiting at the close.")
RESPONSE = Said("首次响应", "First response")
FINISH = Said("办完答复", "Done and answered")
END = Said("全部办结（含等居民评价）", "Ended (the neighbour's verdict included)")
LATE = Said(
    "“{stage}”超时 {late} 次，占 {share}。", "“{stage}” is late {late} times, {share} of the times it is entered."
)
NONE_LATE = Said("没有环节超时。", "No stage is late.")
CLIMBS = Said("因超时上报 {count} 次。", "Lateness makes matters climb {count} steps of the chain.")
DUTY = Said(
    "{duty}，{people} 人：忙 {share}，每件平均排队 {wait}（只算在岗时间）。",
    "{duty}, {people} on duty: busy {share}, a job queues {wait} of their working time on the mean.",
)
NO_BOTTLENECK = Said("没有需要人手的岗位。", "No duty needs staff.")
EASY = Said("人手够用；最忙的是{duty}（{share}）。", "The staff suffice; the busiest duty is {duty} ({share}).")
TIGHT = Said(
    "瓶颈是{duty}：工作量是人手的 {share}，偏紧；{enough} 人比较稳妥。",
    "The bottleneck is {duty}: the work is {share} of the staff, which is tight; {enough} people would be safe.",
)
SHORT = Said(
    "瓶颈是{duty}：工作量是人手的 {share}，越积越多；至少要 {enough} 人，否则不要承诺这个时限。",
    "The bottleneck is {duty}: the work is {share} of the staff and piles up; it takes at least {enough} people, or do "
    "not promise this limit.",
)
ALL_HOURS = Said(
    "这个流程日夜计时，“几个人”指任何时刻在岗的人数；合计 {here} 个岗位约需 {hired} 人轮班。",
    "This playbook runs day and night, so the staff are people present at any hour; {here} places take about {hired} "
    "people in shifts.",
)


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes that neighbours wait. None: not reached by so many before the close of the simulation."""

    median: float | None
    p90: float | None
    known: int
    still_waiting: int

    @classmethod
    def of(cls, seen: Sequence[tuple[float, bool]]) -> Waits:
        """From (minutes, whether the wait was over by then)."""
        known = sum(over for _, over in seen)
        return cls(quantile(seen, 0.5), quantile(seen, 0.9), known, len(seen) - known)


@dataclass(frozen=True, slots=True)
class StageReport:
    name: str
    entered: int
    late: int

    @property
    def share(self) -> float:
        return self.late / self.entered if self.entered else 0.0


@dataclass(frozen=True, slots=True)
class DutyReport:
    """`spent`, `asked` and `there` are working minutes: done, wanted by the matters, and present in all."""

    name: str
    people: int
    spent: float
    asked: float
    there: float
    mean_wait: float

    @property
    def utilisation(self) -> float:
        return self.spent / self.there if self.there else 0.0

    @property
    def load(self) -> float:
        """Above 1 the work cannot be done by these people."""
        return self.asked / self.there if self.there else 0.0

    @property
    def enough(self) -> int:
        return max(1, ceil(self.load * self.people / BUSY))


@dataclass(frozen=True, slots=True)
class Report:
    raised: int
    ends: Mapping[str, int]
    days: int
    to_response: Waits
    to_finish: Waits | None
    to_end: Waits
    stages: tuple[StageReport, ...]
    duties: tuple[DutyReport, ...]
    climbs: int
    round_the_clock: bool
    notes: tuple[Said, ...] = ()

    @property
    def ended(self) -> int:
        return sum(self.ends.values())

    @property
    def open(self) -> int:
        return self.raised - self.ended

    @property
    def late(self) -> int:
        return sum(stage.late for stage in self.stages)

    @property
    def bottleneck(self) -> DutyReport | None:
        return max(self.duties, key=lambda duty: duty.load, default=None)


def sentences(book: Playbook, report: Report) -> Iterator[Said]:
    """The report for people: how long, how late, and who is missing."""
    yield from report.notes
    yield MATTERS.filled(days=report.days, raised=report.raised, ended=report.ended, open=report.open)
    yield _waits(RESPONSE, report.to_response)
    if report.to_finish is not None:
        yield _waits(FINISH, report.to_finish)
    yield _waits(END, report.to_end)
    late = sorted((stage for stage in report.stages if stage.late), key=lambda stage: -stage.late)
    yield from (LATE.filled(stage=book.title_of(each.name), late=each.late, share=percent(each.share)) for each in late)
    yield CLIMBS.filled(count=report.climbs) if late else NONE_LATE
    yield from (_duty(book, each) for each in report.duties)
    yield _bottleneck(book, report.bottleneck)
    if report.round_the_clock and report.duties:
        here = sum(duty.people for duty in report.duties)
        yield ALL_HOURS.filled(here=here, hired=ceil(here * SHIFTS))


def as_json(book: Playbook, report: Report, language: str) -> dict[str, Any]:
    """Whole minutes, and shares in thousandths."""
    waits = {"to_response": report.to_response, "to_finish": report.to_finish, "to_end": report.to_end}
    return {
        "playbook": book.name,
        "days": report.days,
        "raised": report.raised,
        "ended": report.ended,
        "open": report.open,
        "ends": dict(report.ends),
        "climbs": report.climbs,
        **{name: _waits_json(each) for name, each in waits.items() if each is not None},
        "stages": [{"stage": each.name, "entered": each.entered, "late": each.late} for each in report.stages],
        "duties": [_duty_json(each) for each in report.duties],
        "bottleneck": report.bottleneck.name if report.bottleneck else None,
        "sentences": [said.in_(language) for said in sentences(book, report)],
    }


def quantile(seen: Sequence[tuple[float, bool]], share: float) -> float | None:
    """By Kaplan and Meier, so that those who still wait are not left out, which would flatter an overloaded desk."""
    waiting, left = 1.0, len(seen)
    for minutes, over in sorted(seen, key=lambda each: (each[0], not each[1])):
        if over:
            waiting *= 1 - 1 / left
            if waiting <= 1 - share + 1e-9:
                return minutes
        left -= 1
    return None


def duration(minutes: float) -> Said:
    """Two units at the most: `25分钟`, `3小时20分`, `2天4小时`."""
    whole = round(minutes)
    if whole < 60:
        return Said(f"{whole}分钟", f"{whole} min")
    hours, rest = divmod(whole, 60)
    if hours < 48:
        return Said(
            f"{hours}小时{rest}分" if rest else f"{hours}小时", f"{hours} h {rest} min" if rest else f"{hours} h"
        )
    days, hours = divmod(hours, 24)
    return Said(f"{days}天{hours}小时" if hours else f"{days}天", f"{days} d {hours} h" if hours else f"{days} d")


def percent(share: float) -> str:
    return f"{share:.1%}"


def duty_title(book: Playbook, name: str) -> Said:
    """From the short name that `--staff` uses, with that name behind it."""
    held = (stage.duty for stage in book.stages.values() if stage.duty is not None)
    title = next((duty_said(book, duty) for duty in held if name in (duty.role, duty.person)), role_said(name))
    return Said("{title}（{name}）", "{title} ({name})").filled(title=title, name=name)


def _waits(what: Said, waits: Waits) -> Said:
    if waits.median is None:
        return NOT_HALF.filled(what=what)
    if waits.p90 is None:
        return ONLY_HALF.filled(what=what, median=duration(waits.median))
    return HALF_AND_NINE.filled(what=what, median=duration(waits.median), p90=duration(waits.p90))


def _duty(book: Playbook, duty: DutyReport) -> Said:
    return DUTY.filled(
        duty=duty_title(book, duty.name),
        people=duty.people,
        share=percent(duty.utilisation),
        wait=duration(duty.mean_wait),
    )


def _bottleneck(book: Playbook, duty: DutyReport | None) -> Said:
    if duty is None:
        return NO_BOTTLENECK
    sentence = SHORT if duty.load >= FULL else TIGHT if duty.load >= BUSY else EASY
    return sentence.filled(duty=duty_title(book, duty.name), share=percent(duty.load), enough=duty.enough)


def _waits_json(waits: Waits) -> dict[str, int | None]:
    return {
        "median_minutes": None if waits.median is None else round(waits.median),
        "p90_minutes": None if waits.p90 is None else round(waits.p90),
        "known": waits.known,
        "still_waiting": waits.still_waiting,
    }


def _duty_json(duty: DutyReport) -> dict[str, Any]:
    return {
        "duty": duty.name,
        "people": duty.people,
        "utilisation_permille": round(1000 * duty.utilisation),
        "load_permille": round(1000 * duty.load),
        "mean_wait_minutes": round(duty.mean_wait),
    }
