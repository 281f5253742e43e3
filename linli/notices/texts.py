"""The words of postings, concerns and answers, which lie sealed beside the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.lib.text import Said
from linli.matters.answers import Answers
from linli.matters.models import Matter
from linli.notices.models import Concern
from linli.record.models import Sealed
from linli.record.queries import opened, value_of

POSTED_TEXT_MISSING = Said(
    "公示没有正文。请先填写要公示的内容。", "There is no text to post. Please fill in what is to be posted first."
)


def posted_text(matter: Matter, name: str, answers: Answers) -> str:
    """What was just typed under that name, else what was last written in this matter."""
    given = answers.personal.get(name) or answers.plain.get(name)
    if given or not name:
        return str(given or "")
    rows = Sealed.objects.filter(event__chain=matter.pk, name=name, shredded_at__isnull=True, cipher__isnull=True)
    last = rows.order_by("-event__seq").first()
    return str(value_of(last)) if last else str(matter.facts.get(name, ""))


def words_of(concerns: Iterable[Concern]) -> dict[int, dict[str, Any]]:
    """By event: the concern's words, or the answer's. What was erased is not there."""
    events = [pk for one in concerns for pk in (one.event_id, one.answer_event_id) if pk is not None]
    return opened(Sealed.objects.filter(event__in=events, cipher__isnull=True))
