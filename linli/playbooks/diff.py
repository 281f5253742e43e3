"""What a new version of a playbook changes for a neighbour, in sentences, the weightiest first.

Only what a neighbour or a holder notices is told: comments, names used inside the file, the source and the counting
of figures may change without a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from linli.lib.text import Said
from linli.playbooks import diff_sentences as say
from linli.playbooks.diff_fields import changed_fields
from linli.playbooks.diff_pairs import Versions, versions
from linli.playbooks.diff_sentences import Change
from linli.playbooks.diff_stages import changed_places
from linli.playbooks.draw.ladder import CHAIN_LIMIT
from linli.playbooks.facts import PUBLIC_FACTS
from linli.playbooks.model import Delay, Objection, Playbook
from linli.playbooks.saying import field_said, holder_said, join, level_said, role_said
from linli.playbooks.statutes import STATUTES
from linli.playbooks.subjects import SUBJECTS


def differences(old: Playbook, new: Playbook) -> tuple[Said, ...]:
    """Each sentence once, the weightiest first."""
    told = dict.fromkeys(sorted(changes(old, new), key=lambda change: change.weight))
    return tuple(change.sentence for change in told)


def changes(old: Playbook, new: Playbook) -> list[Change]:
    """As they come; two stages of the same title may say the same."""
    both = versions(old, new)
    return [*_raising(both), *changed_places(both), *_publicity(both), *_time(both), *_chain(both), *_whole(both)]


def _raising(both: Versions) -> Iterator[Change]:
    old, new = both.old, both.new
    yield from (say.RAISED_BY_MORE(who=role_said(role)) for role in new.raised_by if role not in old.raised_by)
    yield from (say.RAISED_BY_LESS(who=role_said(role)) for role in old.raised_by if role not in new.raised_by)
    yield from (say.AT_MORE(level=level_said(level)) for level in new.at if level not in old.at)
    yield from (say.AT_LESS(level=level_said(level)) for level in old.at if level not in new.at)
    yield from changed_fields(both, old.form, new.form, say.WHEN_RAISING)


def _publicity(both: Versions) -> Iterator[Change]:
    before = {both.answers.get(name, name): name for name, _ in both.old.public}
    after = {name for name, _ in both.new.public}
    yield from (say.PUBLIC_MORE(field=_public(both.new, name)) for name, _ in both.new.public if name not in before)
    yield from (say.PUBLIC_LESS(field=_public(both.old, name)) for now, name in before.items() if now not in after)


def _public(book: Playbook, name: str) -> Said:
    return PUBLIC_FACTS.get(name) or field_said(book, name)


def _time(both: Versions) -> Iterator[Change]:
    old, new = both.old, both.new
    if old.calendar != new.calendar:
        yield say.CALENDAR(old=_calendar(old), new=_calendar(new))
    if (old.delay is None) != (new.delay is None):
        yield (say.DELAY_GONE if old.delay else say.DELAY_NEW)(old=_delay(old.delay), new=_delay(new.delay))
    elif _delay(old.delay) != _delay(new.delay):
        yield say.DELAY(old=_delay(old.delay), new=_delay(new.delay))
    before, after = _objection(old, old.objection), _objection(new, new.objection)
    if (old.objection is None) != (new.objection is None):
        yield (say.OBJECTION_GONE if old.objection else say.OBJECTION_NEW)(old=before, new=after)
    elif before != after:
        yield say.OBJECTION(old=before, new=after)


def _calendar(book: Playbook) -> Said:
    return say.CALENDARS.get(book.calendar, Said(book.calendar, book.calendar))


def _delay(delay: Delay | None) -> Said:
    return say.TIMES.filled(times=delay.times, limit=delay.at_most.said()) if delay else say.NOTHING


def _objection(book: Playbook, objection: Objection | None) -> Said:
    if objection is None:
        return say.NOTHING
    return say.DECIDES.filled(who=holder_said(book, objection.to), limit=objection.limit.said())


def _chain(both: Versions) -> Iterator[Change]:
    olds = {str(duty): holder_said(both.old, duty) for duty in both.old.chain}
    news = {str(duty): holder_said(both.new, duty) for duty in both.new.chain}
    yield from (say.CHAIN_MORE(who=who) for step, who in news.items() if step not in olds)
    yield from (say.CHAIN_LESS(who=who) for step, who in olds.items() if step not in news)
    if [step for step in olds if step in news] != [step for step in news if step in olds]:
        yield say.CHAIN_ORDER(old=join(olds.values(), "—", ", "), new=join(news.values(), "—", ", "))
    before, after = (book.chain_limit or CHAIN_LIMIT for book in (both.old, both.new))
    if before != after:
        yield say.CHAIN_LIMIT(old=before.said(), new=after.said())


def _whole(both: Versions) -> Iterator[Change]:
    old, new = both.old, both.new
    if old.title != new.title:
        yield say.RENAMED(old=old.title, new=new.title)
    if old.subject != new.subject:
        yield say.SUBJECT(old=_subject(old), new=_subject(new))
    if old.statute != new.statute:
        yield say.STATUTE(old=_statute(old), new=_statute(new))


def _subject(book: Playbook) -> Said:
    return SUBJECTS.get(book.subject, Said(book.subject, book.subject))


def _statute(book: Playbook) -> Said:
    return STATUTES[book.statute].title if book.statute in STATUTES else say.NOTHING
