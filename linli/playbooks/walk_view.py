"""What a walk through a playbook shows at each stop: who holds the matter, until when, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.facts import PUBLIC_FACTS
from linli.playbooks.model import RAISER, Branch, Duty, Move, Playbook, Stage
from linli.playbooks.saying import THE_RAISER, duty_said, field_said, guard_said, join, level_said, listed, role_said
from linli.playbooks.simulate_report import duration
from linli.playbooks.standing import Standing, let_pass, watcher

WEEKDAYS = Said("一二三四五六日", "MonTueWedThuFriSatSun")
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

HEAD = Said("试走：{title}（{name}）", "Trying out: {title} ({name})")
WHO_RAISES = Said("谁可以提出：{roles}", "Who may raise it: {roles}")
PUBLIC = Said("公开可见：{names}", "Open to all: {names}")
NOTHING_PUBLIC = Said("公开可见：无", "Open to all: nothing")
STAGE = Said("── {title} ── {now}", "── {title} ── {now}")
HELD = Said("由谁办：{who}", "Held by: {who}")
DUE = Said("期限：{limit}，到 {due}", "Limit: {limit}, until {due}")
LATE = Said("已超时，由{who}督办，应在 {due} 前处理", "Late; supervised by {who}, who has until {due}")
LATE_AT_TOP = Said(
    "已超时，{who}督办，已到最高一级，列入公开的超时清单",
    "Late; {who} supervises at the top; on the public overdue list",
)
WATCHED = Said("督办：{who}", "Supervised by: {who}")
RAISER_SEES = Said(
    "提出人看到：“{stage}”，由{who}办理，最迟 {due}", "The raiser sees: “{stage}”, held by {who}, until {due}"
)
RAISER_ACTS = Said("提出人看到：“{stage}”，请您在 {due} 前答复", "The raiser sees: “{stage}”, please answer by {due}")
RAISER_TOLD = Said("提出人已收到答复：{reply}", "The raiser has been answered: {reply}")
MOVES = Said("可以做的：", "What can be done:")
MOVE = Said("  {number}. {title}{by} → {to}", "  {number}. {title}{by} → {to}")
BY = Said("（由{who}）", " (by {who})")
WHEN = Said("{to}（如果{when}）", "{to} (when {when})")
ELSE = Said("{to}（其他情况）", "{to} (otherwise)")
UP = Said("，并上报一级", ", and climbs one step")
OUTCOME = Said("各方办理结果：{name}", "The outcome comes back: {name}")
PASSES = Said("  回车：什么都不做 → {due} {then}", "  Enter: nobody does anything → {due} {then}")
THEN_CLOSES = Said("视为无意见，转入“{to}”", "silence counts as no objection: “{to}”")
THEN_CLIMBS = Said("超时，上报{who}", "late, climbs to {who}")
THEN_TOP = Said("超时，上报已到顶，列入公开的超时清单", "late at the top of the chain, on the public overdue list")
STAYS = Said("  回车：不会再自动发生什么", "  Enter: nothing more happens by itself")
ENDED = Said(
    "── 办结：{title}（{outcome}） ── {now}，历时 {took}", "── Ended: {title} ({outcome}) ── {now}, after {took}"
)
NAMED = Said("{title} {answer}", "{title} {answer}")
AT_LEVEL = Said("{role}（{level}）", "{role} ({level})")
END_MARK = Said("{title}（办结）", "{title} (end)")


def moment(when: datetime) -> Said:
    """`11月23日（周一）14:30`, in the zone that it is in."""
    day, clock = when.weekday(), f"{when:%H:%M}"
    return Said(
        f"{when.month}月{when.day}日（周{WEEKDAYS.zh[day]}）{clock}",
        f"{WEEKDAYS.en[3 * day : 3 * day + 3]} {when.day} {MONTHS[3 * when.month - 3 : 3 * when.month]} {clock}",
    )


def head(book: Playbook) -> Iterator[Said]:
    yield HEAD.filled(title=book.title, name=book.name)
    if book.summary is not None:
        yield book.summary
    yield WHO_RAISES.filled(roles=listed(role_said(role) for role in book.raised_by))
    names = [PUBLIC_FACTS.get(name) or field_said(book, name) for name, _ in book.public]
    yield PUBLIC.filled(names=listed(names)) if names else NOTHING_PUBLIC


def shown(book: Playbook, here: Standing, began: datetime, calendar: WorkCalendar) -> Iterator[Said]:
    """Everything about a stop, a line each."""
    if here.at.stage is None:
        yield from _ended(book, here, began)
        return
    stage = here.at.stage
    yield STAGE.filled(title=stage.title, now=moment(here.now))
    yield HELD.filled(who=who(book, here, stage.duty))
    yield from _time(book, here, stage)
    yield _seen(book, here, stage)
    if here.told:
        yield RAISER_TOLD.filled(reply=here.told[-1])
    yield MOVES
    yield from (choice.line for choice in choices(book, here))
    yield _passing(book, here, stage, calendar)


class Choice:
    """Something that can be done at a stop: a move, or an outcome that comes back by itself."""

    def __init__(self, name: str, title: Said, line: Said, move: Move | None) -> None:
        self.name = name
        self.title = title
        self.line = line
        self.move = move


def choices(book: Playbook, here: Standing) -> tuple[Choice, ...]:
    stage = here.at.stage
    if stage is None:
        return ()
    moves = [
        Choice(move.name, move.title, _move(book, here, stage, move, n), move) for n, move in enumerate(stage.moves, 1)
    ]
    for number, (name, branch) in enumerate(stage.on.items(), len(moves) + 1):
        title = OUTCOME.filled(name=name)
        line = MOVE.filled(number=number, title=title, by="", to=_where(book, branch, (branch,)))
        moves.append(Choice(name, title, line, None))
    return tuple(moves)


def who(book: Playbook, here: Standing, duty: Duty | None) -> Said:
    """A role with its level, the raiser, or the person whom an answer has named."""
    if duty is None or duty.person == RAISER:
        return THE_RAISER
    title = duty_said(book, duty)
    if duty.role:
        return AT_LEVEL.filled(role=title, level=level_said(duty.level))
    answer = here.facts.get(duty.person)
    return NAMED.filled(title=title, answer=answer) if answer else title


def _ended(book: Playbook, here: Standing, began: datetime) -> Iterator[Said]:
    end = here.at.end
    if end is None:
        return
    took = duration((here.now - began).total_seconds() / 60)
    yield ENDED.filled(title=end.title, outcome=OUTCOMES[end.outcome], now=moment(here.now), took=took)
    if here.told:
        yield RAISER_TOLD.filled(reply=here.told[-1])


def _time(book: Playbook, here: Standing, stage: Stage) -> Iterator[Said]:
    watch = watcher(book, here.facts)
    if here.facts["late"] and here.climb_at is None:
        yield LATE_AT_TOP.filled(who=who(book, here, watch))
    elif here.facts["late"] and here.climb_at is not None:
        yield LATE.filled(who=who(book, here, watch), due=moment(here.climb_at))
    elif stage.limit is not None and here.due is not None:
        yield DUE.filled(limit=stage.limit.choose(here.facts).said(), due=moment(here.due))
        if watch is not None:
            yield WATCHED.filled(who=who(book, here, watch))


def _seen(book: Playbook, here: Standing, stage: Stage) -> Said:
    due = moment(here.due) if here.due else Said("—", "—")
    if stage.duty is not None and stage.duty.person == RAISER:
        return RAISER_ACTS.filled(stage=stage.title, due=due)
    return RAISER_SEES.filled(stage=stage.title, who=duty_said(book, stage.duty), due=due)


def _move(book: Playbook, here: Standing, stage: Stage, move: Move, number: int) -> Said:
    other = move.by is not None and move.by != stage.duty
    by = BY.filled(who=who(book, here, move.by)) if other else Said("", "")
    to = listed(_where(book, branch, move.branches) for branch in move.branches)
    line = MOVE.filled(number=number, title=move.title, by=by, to=to)
    return join((line, UP), "", "") if move.climbs else line


def _where(book: Playbook, branch: Branch, among: tuple[Branch, ...]) -> Said:
    title = book.title_of(branch.to)
    to = END_MARK.filled(title=title) if branch.to in book.ends else title
    if branch.when:
        return WHEN.filled(to=to, when=guard_said(book, branch.when))
    return ELSE.filled(to=to) if len(among) > 1 else to


def _passing(book: Playbook, here: Standing, stage: Stage, calendar: WorkCalendar) -> Said:
    if here.attend_at is None:
        return STAYS
    after = let_pass(book, here, calendar)
    if after.at != here.at:
        then = THEN_CLOSES.filled(to=book.title_of(stage.late.to if stage.late else after.at.name))
    elif after.facts["climbed"] == here.facts["climbed"]:
        then = THEN_TOP
    else:
        then = THEN_CLIMBS.filled(who=who(book, here, watcher(book, after.facts)))
    return PASSES.filled(due=moment(here.attend_at), then=then)
