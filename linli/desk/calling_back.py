"""Asking how it went somebody who has no sign-in of their own: by one who took no part in dealing with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linli.desk.filters import below
from linli.desk.models import TakenDown
from linli.desk.policies import posts_to_take_down
from linli.lib.masks import mask_text
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.models import Duty, Matter
from linli.matters.policies import holds
from linli.matters.queries import excerpts
from linli.people.reader import Reader
from linli.playbooks.engine import asks_verdict
from linli.playbooks.model import Move
from linli.playbooks.versions import book_of
from linli.record.models import Event, Sealed

WAITING = 50
OWN_WORK = Said(
    "您办理过这件事，不能替提出人记评价。请由没有参与办理的同事回访。",
    "You dealt with this matter yourself and cannot write down its verdict. A colleague who took no part must call.",
)
NOT_NOW = Said(
    "这件事现在不需要回访：或已评价，或提出人可以自己登录评价。",
    "No call back is needed: there is a verdict, or the raiser can sign in and give one.",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter taken down whose raiser is to be asked."""

    matter: Matter
    title: Said
    excerpt: str


def verdicts(matter: Matter) -> list[Move]:
    """The moves by which the raiser judges now; none when it is not their turn."""
    book = book_of(matter.playbook_id)
    stage = book.stages.get(matter.stage)
    return list(stage.moves) if stage is not None and matter.is_open and asks_verdict(book, stage) else []


def is_due(matter: Matter) -> bool:
    """It is the raiser's turn, staff took it down, and the raiser never signed in here."""
    taken = TakenDown.objects.filter(matter=matter).exists()
    return taken and matter.raiser.last_login is None and matter.raiser.shredded_at is None and bool(verdicts(matter))


def may_call(reader: Reader, matter: Matter) -> bool:
    """Whether the matter lies where the reader takes things down. What lies elsewhere is not found."""
    line = matter.place.line
    return any(post.place.path in line for post in posts_to_take_down(reader))


def require_no_part(reader: Reader, matter: Matter) -> None:
    """Neither the seat nor the person may have dealt with it; watching is no dealing."""
    held = Duty.objects.filter(matter=matter, kind=Duty.HOLDS)
    moved = Event.objects.filter(chain=matter.pk, verb="moved", actor=reader.person_id)
    if any(holds(reader, duty) for duty in held) or moved.exists():
        raise NotYours(OWN_WORK)


def waiting(reader: Reader) -> list[Waiting]:
    """Longest waiting first. Those that the reader dealt with are for somebody else."""
    near = Q(pk__in=[])
    for post in posts_to_take_down(reader):
        near |= below(post.place.path)
    rows = Matter.objects.filter(near, taken_down__isnull=False, ended_at__isnull=True, raiser__last_login__isnull=True)
    rows = rows.filter(answered_at__isnull=False, holder__person_id=F("raiser_id")).exclude(
        Exists(_held_by(reader).filter(matter_id=OuterRef("pk")))
    )
    matters = [one for one in rows.select_related("raiser").order_by("due_at", "id")[:WAITING] if verdicts(one)]
    texts = excerpts({one.pk: one.playbook_id for one in matters})
    return [Waiting(one, book_of(one.playbook_id).title, mask_text(texts.get(one.pk, ""))) for one in matters]


def _held_by(reader: Reader) -> QuerySet[Duty]:
    mine = Q(person_id=reader.person_id)
    for role, place in sorted(reader.seats, key=str):
        mine |= Q(role=role, place_id=place)
    return Duty.objects.filter(mine, kind=Duty.HOLDS)


def taken_by(reader: Reader) -> Sequence[TakenDown]:
    rows = TakenDown.objects.filter(by=reader.person_id).select_related("matter").order_by("-taken_at")
    return list(rows[:10])


def answer_to(matter: Matter) -> str:
    """The last answer, which the raiser is asked about."""
    rows = Sealed.objects.filter(event__chain=matter.pk, name="reply", value__isnull=False)
    value = rows.order_by("-event__seq").values_list("value", flat=True).first()
    return mask_text(str(value)) if value else ""
