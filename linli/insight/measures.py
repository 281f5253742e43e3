"""What is counted: one matter's events, read once, give ticks; a tick is one measure on one day for one matter.

Pure, so that any figure can be worked out again from a dump of the record. Three rules hold throughout:

- A tick falls on the local day of the event that decides it, and is decided once: a miss that was counted is not made good
  by what comes later, and sending a matter back takes nothing off the figures of the day before.
- Being in time is the promise of each stage: no stage was past its limit up to the move. At the very moment of the limit it is
  over, as the lateness job has it.
- Who judges is the raiser. Each verdict is one call back; silence is none.

Only `overdue` (how things stand), an approved exclusion, and a merging undone within the day change what was counted before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from linli.lib.clock import local_day
from linli.lib.text import Said
from linli.playbooks.ends import OUTCOMES, WITHOUT_ANSWER
from linli.playbooks.model import Playbook

BEST = 5
LEFT_OUT = "x_"  # before the name of a measure: it would have counted, but was left out with approval
MOVES = "move_"  # before the name of a playbook's own count
APPROVED = "exclusion_approved"
UNDONE = "unmerged"
RECHECKED = MappingProxyType(
    {name: Said(zh, en) for name, zh, en in (
        ("recheck_confirmed", "抽查：属实", "Re-checked: done"),
        ("recheck_not_done", "抽查：没有办好", "Re-checked: not done"),
        ("recheck_unreachable", "抽查：联系不上", "Re-checked: nobody reached"),
        ("recheck_lapsed", "抽查：没有按时完成", "Re-check not made in time"),
    )}
)  # fmt: skip
RATED = frozenset(
    {"responded_in_time", "response_late", "finished_in_time", "finish_late", "solved", "unsolved", "no_score", "called_back",
     "not_called_back", *(f"score_{score}" for score in range(1, BEST + 1))}
)  # fmt: skip
ENDED = Said("办结：{outcome}", "Ended: {outcome}")
UNANSWERED = Said("响应前已结束：{outcome}", "Ended before a response was due: {outcome}")
UNFINISHED = Said("办完前已结束：{outcome}", "Ended before it was due to be done: {outcome}")
UNJUDGED = Said("没有评价：{outcome}", "Nobody judged it: {outcome}")
STARS = Said("{score} 分", "{score} of 5")
OWN_COUNT = Said("动作计数：{name}", "Moves counted as “{name}”")
AS_LEFT_OUT = Said("经批准不计：{what}", "Left out with approval: {what}")
SILENT = Said("到期未评价", "no verdict in time")
TITLES: Mapping[str, Said] = MappingProxyType(
    {
        "raised": Said("提出", "Raised"),
        "answered": Said("已答复提出人", "Answered"),
        "closed": Said("办结（不含撤回、合并）", "Done (withdrawn and merged ones aside)"),
        "late": Said("超时", "Became late"),
        "climbed": Said("上报督办", "Handed up the chain"),
        "reopened": Said("退回重办", "Sent back"),
        "overdue": Said("目前仍超时", "Overdue now"),
        "responded_in_time": Said("按时响应", "Responded in time"),
        "response_late": Said("未按时响应", "Not responded in time"),
        "finished_in_time": Said("按时办完", "Finished in time"),
        "finish_late": Said("未按时办完", "Not finished in time"),
        "solved": Said("回访：已解决", "Called back: solved"),
        "unsolved": Said("回访：未解决", "Called back: not solved"),
        **RECHECKED,
        "no_score": Said("回访时未打分", "Called back, no score given"),
        "called_back": Said("办结并已回访", "Done and called back"),
        "not_called_back": Said("办结未回访", "Done, not called back"),
        "unjudged_silent": UNJUDGED.filled(outcome=SILENT),
        **{f"score_{score}": STARS.filled(score=score) for score in range(1, BEST + 1)},
        **{f"ended_{name}": ENDED.filled(outcome=said) for name, said in OUTCOMES.items()},
        **{f"unanswered_{name}": UNANSWERED.filled(outcome=said) for name, said in OUTCOMES.items()},
        **{f"unfinished_{name}": UNFINISHED.filled(outcome=said) for name, said in OUTCOMES.items()},
        **{f"unjudged_{name}": UNJUDGED.filled(outcome=said) for name, said in OUTCOMES.items()},
    }
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, as far as figures need it."""

    seq: int
    verb: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Tick:
    measure: str
    day: date
    seq: int


def title_of(measure: str) -> Said:
    if measure.startswith(LEFT_OUT):
        return AS_LEFT_OUT.filled(what=title_of(measure.removeprefix(LEFT_OUT)))
    if measure.startswith(MOVES):
        return OWN_COUNT.filled(name=measure.removeprefix(MOVES))
    return TITLES[measure]


def is_measure(name: str) -> bool:
    return name.startswith(MOVES) or name.removeprefix(LEFT_OUT) in TITLES


def ticks(story: Sequence[Happened], book: Playbook) -> list[Tick]:
    """All ticks of one matter, from its events in order."""
    walk = _Walk(book)
    for event in story:
        walk.take(event)
    return walk.result()


@dataclass
class _Walk:
    book: Playbook
    found: list[Tick] = field(default_factory=list)
    now: dict[str, Any] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)  # of response and finish: whether in time is decided
    before_end: frozenset[str] = frozenset()  # what was settled before the end
    called_back: bool = False
    left_out: bool = False
    late: Tick | None = None

    def take(self, event: Happened) -> None:
        changed = event.body.get("now", {})
        if event.verb == UNDONE:
            self._undo(event)
        for measure in (*self._lateness(event, changed), *self._move(event), *self._change(event, changed)):
            self.found.append(Tick(measure, local_day(event.at), event.seq))
        if changed.get("late_at"):
            self.late = Tick("overdue", local_day(event.at), event.seq)
        elif "late_at" in changed:
            self.late = None
        self.left_out = self.left_out or event.verb == APPROVED
        self.now |= changed

    def _undo(self, event: Happened) -> None:
        """What a merging counted is taken back together with it."""
        self.found = [tick for tick in self.found if tick.seq != event.body["undoes"]]
        self.settled = set(self.before_end)

    def result(self) -> list[Tick]:
        if self.late is not None and not self.now.get("outcome"):
            self.found.append(self.late)
        if not self.left_out:
            return sorted(self.found)
        return sorted(replace(tick, measure=LEFT_OUT + tick.measure) if tick.measure in RATED else tick
                      for tick in self.found)  # fmt: skip

    def _lateness(self, event: Happened, changed: Mapping[str, Any]) -> Iterator[str]:
        if event.verb == "late":
            yield "late"
        if event.verb == "late" or self._left_past_limit(event, changed):
            yield from self._settle("response", "response_late")
            yield from self._settle("finish", "finish_late")

    def _left_past_limit(self, event: Happened, changed: Mapping[str, Any]) -> bool:
        """The stage was left at or after its limit, though the lateness job had not looked yet."""
        stage, due = self.book.stages.get(str(self.now.get("stage"))), self.now.get("due_at")
        if "entry" not in changed or stage is None or stage.late is not None or not due:
            return False
        return event.at >= datetime.fromisoformat(due)

    def _settle(self, promise: str, measure: str) -> Iterator[str]:
        if promise not in self.settled:
            self.settled.add(promise)
            yield measure

    def _move(self, event: Happened) -> Iterator[str]:
        move = event.body.get("move")
        names = [name for name, moves in self.book.counts.items() if event.verb == "moved" and move in moves]
        if "responded" in names:
            yield from self._settle("response", "responded_in_time")
        if "finished" in names:
            yield from self._settle("finish", "finished_in_time")
        if "verdict" in names:
            yield from self._verdict(event)
        yield from (f"{MOVES}{name}" for name in names if name not in ("responded", "finished", "verdict"))

    def _verdict(self, event: Happened) -> Iterator[str]:
        self.called_back = True
        if _sends_back(event):
            yield "unsolved"
            return
        yield "solved"
        score = _score(event, self.book)
        yield f"score_{score}" if score else "no_score"

    def _change(self, event: Happened, changed: Mapping[str, Any]) -> Iterator[str]:
        if event.verb == "raised":
            yield "raised"
        if changed.get("answered_at") and not self.now.get("answered_at"):
            yield "answered"
        if "supervisor" in event.body:
            yield "climbed"
        if _sends_back(event):
            yield "reopened"
        if event.verb in RECHECKED:
            yield event.verb
        if changed.get("outcome"):
            self.before_end = frozenset(self.settled)
            yield from self._end(str(changed["outcome"]), str(changed.get("stage")))

    def _end(self, outcome: str, stage: str) -> Iterator[str]:
        yield f"ended_{outcome}"
        yield from self._settle("response", f"unanswered_{outcome}")
        yield from self._settle("finish", f"unfinished_{outcome}")
        if outcome not in WITHOUT_ANSWER:
            yield "closed"
            yield "called_back" if self.called_back else "not_called_back"
        if not self.called_back:
            end = self.book.ends.get(stage)
            yield "unjudged_silent" if end is not None and end.unrated else f"unjudged_{outcome}"


def _sends_back(event: Happened) -> bool:
    """The raiser sent it back: a new round began."""
    return event.verb == "moved" and "rounds" in event.body.get("now", {})


def _score(event: Happened, book: Playbook) -> int:
    """From 1 to 5, whatever the playbook's best score is; 0 when none was given."""
    given = event.body.get("answers", {}).get("score")
    if not isinstance(given, int):
        return 0
    stage = book.stages.get(str(event.body.get("from")))
    rule = stage.move(str(event.body.get("move"))) if stage else None
    best = next((need.of for need in rule.needs if need.name == "score" and need.of), BEST) if rule else BEST
    return min(BEST, -(-given * BEST // best))
