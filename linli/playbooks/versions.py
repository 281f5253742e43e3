"""Adopting a playbook, and finding the one that a matter runs by."""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache

from django.db import transaction

from linli.districts.schema import present_schema
from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.playbooks.examine import examine
from linli.playbooks.library import shipped_names, shipped_source
from linli.playbooks.model import Playbook, Problem
from linli.playbooks.models import Version
from linli.playbooks.read import read_playbook

UNKNOWN = Said(
    "这里没有名为“{name}”的工作法。请从列表里选一个。",
    "No playbook called “{name}” is in use here. Choose one from the list.",
)
NOT_SOUND = Said("这份工作法没有通过检查，不能启用：", "This playbook did not pass the checks and cannot be adopted:")


class BadPlaybook(Refused):
    """The text is no sound playbook; `problems` says every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines = [f"{problem.mark.line}:{problem.mark.column} {problem.check} " for problem in problems]
        said = [problem.message for problem in problems]
        super().__init__(
            Said(
                "\n".join([NOT_SOUND.zh, *(line + message.zh for line, message in zip(lines, said, strict=True))]),
                "\n".join([NOT_SOUND.en, *(line + message.en for line, message in zip(lines, said, strict=True))]),
            )
        )
        self.problems = problems


@transaction.atomic
def adopt(source: str) -> Version:
    """Put a playbook to use. The same text again is the same version; matters under way keep theirs."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    book = sound_book(source)
    latest = Version.objects.select_for_update().filter(name=book.name).order_by("-number").first()
    if latest is not None and latest.digest == digest and latest.current:
        return latest
    Version.objects.filter(name=book.name, current=True).update(current=False)
    number = latest.number + 1 if latest else 1
    return Version.objects.create(name=book.name, number=number, source=source, digest=digest, adopted_at=clock.now())


def adopt_shipped() -> list[Version]:
    return [adopt(shipped_source(name)) for name in shipped_names()]


def sound_book(source: str) -> Playbook:
    """The playbook in a text; `BadPlaybook` with every problem when it is not sound."""
    known = frozenset(shipped_names()) | frozenset(Version.objects.filter(current=True).values_list("name", flat=True))
    examined = examine(source, known)
    if examined.book is None or examined.problems:
        raise BadPlaybook(examined.problems)
    return examined.book


def current_version(name: str) -> Version:
    version = Version.objects.filter(name=name, current=True).first()
    if version is None:
        raise Refused(UNKNOWN.filled(name=name))
    return version


def book_of(version_id: uuid.UUID) -> Playbook:
    """The playbook of a version. A version's text never changes, so a process reads it once."""
    return _book_of(present_schema(), version_id)


@lru_cache(maxsize=1024)
def _book_of(schema: str, version_id: uuid.UUID) -> Playbook:
    """Read, not checked again: a checker that has become stricter must not stop matters that are under way."""
    book, problems = read_playbook(Version.objects.get(pk=version_id).source)
    if book is None:
        raise BadPlaybook(problems)
    return book
