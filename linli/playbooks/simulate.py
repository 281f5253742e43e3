"""What a playbook would be like to live with: its matters arrive, wait for people, are done, judged, sometimes late.

A discrete-event simulation. Pure, and the same for the same seed: each matter draws from a stream of its own, so that
two runs with other staff meet the same neighbours with the same wishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches

from linli.lib.clock import ZONE
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.model import RAISER, Duty, Playbook
from linli.playbooks.saying import duty_said
from linli.playbooks.simulate_report import Report
from linli.playbooks.simulate_run import Run, runs_itself
from linli.playbooks.simulate_world import NOT_MOVES, Habits

# A Monday with no holiday for four weeks, so that the same command says the same next year.
STARTS = datetime(2026, 3, 2, tzinfo=ZONE)
MOST_MATTERS = 1_000_000

NOBODY = Said(
    "请用 --staff 写明每个岗位有几个人，例如 --staff {example}。这个流程的岗位有：{duties}。",
    "Say with --staff how many people each duty has, for example --staff {example}. The duties here are: {duties}.",
)
NO_SUCH_DUTY = Said(
    "流程里没有“{name}”这个岗位。{hint}可以写的岗位有：{duties}。",
    "This playbook has no duty “{name}”. {hint}Its duties are: {duties}.",
)
NO_SUCH_HABIT = Said(
    "流程里没有“{name}”这个动作。{hint}可以写：{known}。",
    "This playbook has no move “{name}”. {hint}You may write: {known}.",
)
MEANT = Said("是不是想写“{name}”？", "Did you mean “{name}”? ")
TOO_FEW = Said("“{name}”至少要有 1 个人。", "“{name}” needs at least 1 person.")
SUPPOSED_ONE = Said(
    "没有写“{duty}”（{name}）的人数，按 1 人推算。", "No number given for “{duty}” ({name}): taken as one person."
)
TOO_MANY = Said(
    "数量不合适：每天的件数要大于 0，天数至少 1，总共不超过 {most} 件。",
    "These numbers do not work: more than 0 a day, at least 1 day, and no more than {most} matters in all.",
)


def simulate(
    book: Playbook,
    *,
    per_day: float,
    staff: Mapping[str, int],
    days: int,
    seed: int = 1,
    calendar: WorkCalendar | None = None,
    habits: Habits | None = None,
    starts: datetime = STARTS,
) -> Report:
    """Run `days` days of `per_day` matters a day, on the mean, with so many people on each duty."""
    habits = habits or Habits()
    if not (per_day > 0 and days >= 1 and per_day * days <= MOST_MATTERS):
        raise Refused(TOO_MANY.filled(most=f"{MOST_MATTERS:,}"))
    people, notes = _people(book, staff)
    return Run(book, people, days, seed, calendar or WorkCalendar(), habits, starts).all(per_day, notes)


def duties(book: Playbook) -> dict[str, Duty]:
    """The duties that need staff: by role, or by the name of the answer that names the person."""
    held = (stage.duty for stage in book.stages.values() if not runs_itself(stage))
    return {duty.role or duty.person: duty for duty in held if duty and duty.person != RAISER}


def chances_of(book: Playbook) -> tuple[str, ...]:
    return tuple(sorted({move.name for stage in book.stages.values() for move in stage.moves} | {*NOT_MOVES}))


def minutes_of(book: Playbook) -> tuple[str, ...]:
    moves = {move.name for stage in book.stages.values() for move in stage.moves}
    return tuple(sorted(moves.union(*(stage.on for stage in book.stages.values()))))


def suggestion(name: str, known: Mapping[str, object] | tuple[str, ...]) -> Said:
    near = get_close_matches(name, tuple(known), n=1)
    return MEANT.filled(name=near[0]) if near else Said("", "")


def _people(book: Playbook, staff: Mapping[str, int]) -> tuple[dict[str, int], tuple[Said, ...]]:
    known = duties(book)
    listed = ", ".join(known)
    for name, count in staff.items():
        if name not in known:
            raise Refused(NO_SUCH_DUTY.filled(name=name, hint=suggestion(name, tuple(known)), duties=listed))
        if count < 1:
            raise Refused(TOO_FEW.filled(name=name))
    if known and not staff:
        raise Refused(NOBODY.filled(example=",".join(f"{name}=2" for name in known), duties=listed))
    missing = [name for name in known if name not in staff]
    notes = tuple(SUPPOSED_ONE.filled(duty=duty_said(book, known[name]), name=name) for name in missing)
    return {name: staff.get(name, 1) for name in known}, notes


def check_names(book: Playbook, *, minutes: Iterable[str], chances: Iterable[str]) -> None:
    """A habit of a move that this playbook does not have would silently change nothing."""
    for given, known in ((chances, chances_of(book)), (minutes, minutes_of(book))):
        for name in given:
            if name not in known:
                raise Refused(NO_SUCH_HABIT.filled(name=name, hint=suggestion(name, known), known=", ".join(known)))
