"""The promise to follow through: it is kept when the works of its deliberation were accepted, or when that came to another end."""

from __future__ import annotations

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.meetings.models import Topic
from linli.playbooks.model import Move
from linli.record.models import Event

PROMISE_BOOK = "follow_through"
ACCEPTED = "accept_works"  # the move of `deliberation` by which the community takes the works over
TELL, END_WITHOUT = "tell", "end_without"
TOO_EARLY = Said(
    "第 {number} 号议事事项的工程还没有验收，现在不能“{move}”。验收合格以后再来。",
    "The works of matter {number} are not accepted yet, so “{move}” is not open. Come back once they are.",
)
STILL_ON = Said(
    "第 {number} 号议事事项还在办理，现在不能“{move}”。那件事没有办成而办结以后，再来说明。",
    "Matter {number} still goes on, so “{move}” is not open. Only once it has ended without its works can you say so.",
)


def require_done(promise: Matter, move: Move) -> None:
    """Asked before each move of a promise; how it goes may be said at any time."""
    topic = Topic.objects.select_related("matter").filter(promise=promise).first()
    if topic is None:
        return
    matter, done = topic.matter, works_accepted(topic.matter)
    if move.name == TELL and not done:
        raise Refused(TOO_EARLY.filled(number=matter.number, move=move.title))
    if move.name == END_WITHOUT and (matter.is_open or done):
        raise Refused(STILL_ON.filled(number=matter.number, move=move.title))


def works_accepted(matter: Matter) -> bool:
    """Whether the community took them over and nobody has sent them back since."""
    moves = Event.objects.filter(chain=matter.pk, verb="moved")
    last = moves.filter(body__move=ACCEPTED).order_by("-seq").first()
    return last is not None and not moves.filter(seq__gt=last.seq, body__to="working").exists()
