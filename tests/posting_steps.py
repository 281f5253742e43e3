"""What a story does with a posting: shows that it hangs, says what is wrong with it, answers."""

from __future__ import annotations

import uuid

from linli.matters.models import Matter
from linli.notices.actions.postings import answer_concern, prove, raise_concern
from linli.notices.models import Concern, Posting
from linli.people.reader import Reader
from tests.photos import a_photo


def posting_of(matter: Matter) -> Posting:
    """The one that hangs now."""
    return Posting.objects.select_related("matter__holder", "place").order_by("-version").filter(matter=matter)[0]


def show_proof(matter: Matter, actor: Reader, photos: int = 1) -> Posting:
    return prove(posting_of(matter), photos=[a_photo() for _ in range(photos)], actor=actor)


def concern(matter: Matter, actor: Reader, text: str, *, key: uuid.UUID | None = None) -> Concern:
    return raise_concern(posting_of(matter), text=text, actor=actor, key=key or uuid.uuid4())


def answer(matter: Matter, actor: Reader, text: str, *, upheld: bool = False, number: int | None = None) -> Concern:
    """The concern of that number, else the oldest that waits."""
    waiting = posting_of(matter).concerns.order_by("number")
    found = waiting.get(number=number) if number else (waiting.filter(answered_at__isnull=True).first() or waiting[0])
    return answer_concern(found, text=text, upheld="yes" if upheld else "no", actor=actor)
