"""What changes in what people are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linli.lib.text import Said
from linli.playbooks import diff_sentences as say
from linli.playbooks.diff_pairs import Versions
from linli.playbooks.diff_sentences import Change
from linli.playbooks.fields import FIELD_KINDS
from linli.playbooks.model import Field
from linli.playbooks.saying import listed, role_said


def changed_fields(
    both: Versions, old: Sequence[Field], new: Sequence[Field], where: Said, *, skip: str = ""
) -> Iterator[Change]:
    """`skip` is a field of which something weightier has been said already."""
    olds, news = ({field.name: field for field in some} for some in (old, new))
    same = {name: both.answers[name] for name in olds if both.answers.get(name) in news}
    for name, field in news.items():
        if name not in same.values() and name != skip:
            yield say.ASK_MORE(where=where, field=field.title, must=_must(field))
    for name, field in olds.items():
        if name in same:
            yield from _changed(field, news[same[name]], where, told=name == skip)
        elif name != skip:
            yield say.ASK_LESS(where=where, field=field.title, must=_must(field))


def _changed(old: Field, new: Field, where: Said, *, told: bool) -> Iterator[Change]:
    if old.title != new.title:
        yield say.RENAMED(old=old.title, new=new.title)
    if old.kind != new.kind:
        yield say.ASK_KIND(where=where, field=new.title, old=_kind(old), new=_kind(new))
    if old.optional != new.optional and not told:
        yield say.ASK_MUST(where=where, field=new.title, old=_must(old), new=_must(new))
    if old.private != new.private:
        yield (say.PRIVATE if new.private else say.NOT_PRIVATE)(where=where, field=new.title)
    before, after = _settings(old), _settings(new)
    for name, setting in say.SETTINGS.items():
        if before[name] != after[name]:
            yield say.ASK_SETTING(where=where, field=new.title, setting=setting, old=before[name], new=after[name])


def _settings(field: Field) -> dict[str, Said]:
    said = {name: Said(str(value), str(value)) if value else say.NOTHING for name, value in _numbers(field)}
    said["role"] = role_said(field.role) if field.role else say.NOTHING
    said["options"] = listed(field.options.values()) if field.options else say.NOTHING
    return said


def _numbers(field: Field) -> tuple[tuple[str, int | None], ...]:
    return ("max", field.max), ("of", field.of)


def _must(field: Field) -> Said:
    return say.OPTIONAL if field.optional else say.REQUIRED


def _kind(field: Field) -> Said:
    return FIELD_KINDS[field.kind].title if field.kind in FIELD_KINDS else Said(field.kind, field.kind)
