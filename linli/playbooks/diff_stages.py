"""What changes in the stages, their moves and the ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linli.lib.text import Said
from linli.playbooks import diff_sentences as say
from linli.playbooks.diff_fields import changed_fields
from linli.playbooks.diff_pairs import Versions, paired_moves
from linli.playbooks.diff_sentences import Change
from linli.playbooks.draw.exits import OUTCOME_WORDS
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.kinds import STAGE_KINDS
from linli.playbooks.limits import Limit
from linli.playbooks.model import RAISER, Branch, Duty, End, Move, Playbook, Stage
from linli.playbooks.saying import OTHERWISE, guard_said, holder_said, join, limit_said, within_said
from linli.playbooks.statutes import STATUTES


def changed_places(both: Versions) -> Iterator[Change]:
    old, new = both.old, both.new
    yield from (
        _stage(new, stage, gone=False) for name, stage in new.stages.items() if name not in both.places.values()
    )
    yield from (_stage(old, stage, gone=True) for name, stage in old.stages.items() if name not in both.places)
    yield from (_end(say.END_NEW, end) for name, end in new.ends.items() if name not in both.places.values())
    yield from (_end(say.END_GONE, end) for name, end in old.ends.items() if name not in both.places)
    if not both.same_place(old.first.name, new.first.name):
        yield say.FIRST(old=old.first.title, new=new.first.title)
    for name, end in old.ends.items():
        if name in both.places:
            yield from _changed_end(end, new.ends[both.places[name]])
    for before, after in both.stages():
        yield from _changed_stage(both, before, after)


def _stage(book: Playbook, stage: Stage, *, gone: bool) -> Change:
    if stage.limit is None:
        return (say.ROUTE_GONE if gone else say.ROUTE_NEW)(stage=stage.title)
    who, limit = holder_said(book, stage.duty), within_said(book, stage.limit)
    return (say.STAGE_GONE if gone else say.STAGE_NEW)(stage=stage.title, who=who, limit=limit)


def _end(kind: say.Kind, end: End) -> Change:
    return kind(end=end.title, outcome=_outcome(end))


def _outcome(end: End) -> Said:
    return OUTCOMES.get(end.outcome, Said(end.outcome, end.outcome))


def _changed_end(old: End, new: End) -> Iterator[Change]:
    if old.outcome != new.outcome:
        yield say.END_OUTCOME(end=new.title, old=_outcome(old), new=_outcome(new))
    if old.unrated != new.unrated:
        yield (say.UNRATED if new.unrated else say.RATED)(end=new.title)
    if old.title != new.title:
        yield say.RENAMED(old=old.title, new=new.title)


def _changed_stage(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    if old.title != new.title:
        yield say.RENAMED(old=old.title, new=new.title)
    if old.kind != new.kind:
        yield say.KIND(stage=new.title, old=_kind(old), new=_kind(new))
    if not both.same_duty(old.duty, new.duty):
        yield say.WHO(stage=new.title, old=holder_said(both.old, old.duty), new=holder_said(both.new, new.duty))
    yield from _changed_time(both, old, new)
    yield from _changed_moves(both, old, new)
    yield from _changed_ways(both, old, new)
    yield from _changed_settings(both, old, new)


def _kind(stage: Stage) -> Said:
    return STAGE_KINDS[stage.kind].title if stage.kind in STAGE_KINDS else Said(stage.kind, stage.kind)


def _changed_time(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    before = limit_said(both.old, old.limit) if old.limit else say.NOTHING
    after = limit_said(both.new, new.limit) if new.limit else say.NOTHING
    if before != after:
        yield say.LIMIT(stage=new.title, old=before, new=after)
    if old.warn != new.warn:
        yield say.WARN(stage=new.title, old=_warning(old.warn), new=_warning(new.warn))


def _warning(warn: Limit | None) -> Said:
    return say.BEFORE_DUE.filled(limit=warn.said()) if warn else say.HALF_WAY


def _changed_moves(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    same = paired_moves(both, old, new)
    for move in new.moves:
        if move.name not in same.values():
            yield _move(both.new, new, new, move, gone=False)
    for move in old.moves:
        after = new.move(same.get(move.name, ""))
        if after is None:
            yield _move(both.old, old, new, move, gone=True)
        else:
            yield from _changed_move(both, (old, new), move, after)


def _move(book: Playbook, stage: Stage, shown: Stage, move: Move, *, gone: bool) -> Change:
    maker = _maker(stage, move)
    if maker is not None and maker.person == RAISER:
        return (say.OWN_MOVE_GONE if gone else say.OWN_MOVE_NEW)(stage=shown.title, move=move.title)
    who = holder_said(book, maker)
    return (say.MOVE_GONE if gone else say.MOVE_NEW)(stage=shown.title, move=move.title, who=who)


def _maker(stage: Stage, move: Move) -> Duty | None:
    return move.by or stage.duty


def _changed_move(both: Versions, stages: tuple[Stage, Stage], old: Move, new: Move) -> Iterator[Change]:
    here, title = stages[1].title, new.title
    if old.title != new.title:
        yield say.RENAMED(old=old.title, new=new.title)
    yield from _changed_maker(both, stages, old, new)
    yield from _changed_targets(both, old.branches, new.branches, say.MOVE_TO, stage=here, move=title)
    if old.climbs != new.climbs:
        yield (say.CLIMBS_MORE if new.climbs else say.CLIMBS_LESS)(stage=here, move=title)
    if old.replies != new.replies:
        yield (say.REPLY_SURE if new.replies else say.REPLY_UNSURE)(stage=here, move=title)
    where = say.WHEN_MOVING.filled(stage=here, move=title)
    skip = "reply" if old.replies != new.replies else ""
    yield from changed_fields(both, old.needs, new.needs, where, skip=skip)


def _changed_maker(both: Versions, stages: tuple[Stage, Stage], old: Move, new: Move) -> Iterator[Change]:
    """When the holder of the whole stage has changed, that is said of the stage and not again of each move."""
    before, after = _maker(stages[0], old), _maker(stages[1], new)
    if (old.by is None and new.by is None) or both.same_duty(before, after):
        return
    old_who, new_who = holder_said(both.old, before), holder_said(both.new, after)
    yield say.MOVE_WHO(stage=stages[1].title, move=new.title, old=old_who, new=new_who)


def _changed_ways(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    yield from _changed_targets(both, old.branches, new.branches, say.ROUTE_TO, stage=new.title)
    for outcome in dict.fromkeys((*old.on, *new.on)):
        before, after = (tuple(filter(None, [stage.on.get(outcome)])) for stage in (old, new))
        words = OUTCOME_WORDS.get(outcome, Said(outcome, outcome))
        yield from _changed_targets(both, before, after, say.MOVE_TO, stage=new.title, move=words)
    yield from _changed_lateness(both, old, new)


def _changed_lateness(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    if old.late is None and new.late is not None:
        yield say.LATE_NEW(stage=new.title, to=both.new.title_of(new.late.to))
    elif old.late is not None and new.late is None:
        yield say.LATE_GONE(stage=new.title, to=both.old.title_of(old.late.to))
    elif old.late is not None and new.late is not None and not both.same_place(old.late.to, new.late.to):
        before, after = both.old.title_of(old.late.to), both.new.title_of(new.late.to)
        yield say.LATE_TO(stage=new.title, old=before, new=after)


def _changed_targets(
    both: Versions, old: Sequence[Branch], new: Sequence[Branch], kind: say.Kind, **where: Said
) -> Iterator[Change]:
    """Conditions are compared as they are read, places as they are paired."""
    before = [(both.places.get(each.to, each.to), guard_said(both.old, each.when)) for each in old]
    after = [(each.to, guard_said(both.new, each.when)) for each in new]
    if before != after:
        yield kind(**where, old=_targets(both.old, old), new=_targets(both.new, new))


def _targets(book: Playbook, branches: Sequence[Branch]) -> Said:
    """`“社区协调”（办理轮次 ≥ 3）、“待受理”（其他情况）`."""
    told = []
    for branch in branches:
        condition = guard_said(book, branch.when) if branch.when else OTHERWISE
        shape = (
            Said("“{to}”（{when}）", "“{to}” ({when})")
            if branch.when or len(branches) > 1
            else Said("“{to}”", "“{to}”")
        )
        told.append(shape.filled(to=book.title_of(branch.to), when=condition))
    return join(told, "、", ", ") if told else say.NOTHING


def _changed_settings(both: Versions, old: Stage, new: Stage) -> Iterator[Change]:
    for name in dict.fromkeys((*old.settings, *new.settings)):
        before, after = old.settings.get(name), new.settings.get(name)
        if both.answers.get(str(before), before) != after:
            setting = say.STAGE_SETTINGS.get(name, Said(name, name))
            yield say.SETTING(stage=new.title, setting=setting, old=before or say.NOTHING, new=after or say.NOTHING)
    if old.step != new.step:
        yield say.STEP(stage=new.title, old=_step(both.old, old.step), new=_step(both.new, new.step))


def _step(book: Playbook, step: str) -> Said:
    statute = STATUTES.get(book.statute)
    if statute is None or step not in statute.steps:
        return Said(step, step) if step else say.NOTHING
    return statute.steps[step].title
