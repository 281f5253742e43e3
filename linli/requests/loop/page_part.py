"""What the loop adds to a matter's page and to “mine”: the question, the parts, where it was merged, the re-check."""

from __future__ import annotations

from typing import Any

from linli.lib import clock
from linli.matters import gates
from linli.matters.models import Matter
from linli.matters.parts import Lender, Part
from linli.matters.policies import rechecks
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.requests.loop.policies import is_office
from linli.requests.loop.queries import waiting_question
from linli.requests.loop.remit import may_refuse
from linli.requests.loop.repeats import may_undo, standing
from linli.requests.loop.sampling import DRAWN_ENDS
from linli.requests.loop.splits import parts_of


class Loop(Lender):
    name = "loop"

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        """For the parties alone."""
        if not whole:
            return None
        office, raiser = is_office(reader, matter), matter.raiser_id == reader.person_id
        shows: dict[str, Any] = {
            "number": matter.number,
            "office": office,
            "raiser": raiser,
            "told_at": matter.told_at,
            "asked": waiting_question(matter) if _may_wait(matter, raiser=raiser) else None,
            "parts": _parts(matter),
            "may_split": office and matter.bond not in (Matter.CALLED, Matter.PART),
            "may_merge": office and not matter.bond and not gates.is_guarded(matter),
            "may_refuse": may_refuse(reader, matter),
            "recheck": matter.outcome in DRAWN_ENDS and rechecks(reader, matter),
            **_merged(matter, reader),
        }
        told = ("office", "asked", "parts", "merged_into", "recheck")
        return Part("loop/matter.html", shows) if any(shows[name] for name in told) else None


def _may_wait(matter: Matter, *, raiser: bool) -> bool:
    """The raiser may answer after the limit as well."""
    return matter.is_open and (raiser or matter.asked_due is not None)


def _parts(matter: Matter) -> list[Any]:
    return [] if matter.bond in (Matter.CALLED, Matter.PART) else parts_of(matter)


def _merged(matter: Matter, reader: Reader) -> dict[str, Any]:
    repeat = standing(matter) if matter.outcome == "merged" else None
    if repeat is None:
        return {"merged_into": None, "may_undo": False}
    undo = may_undo(repeat, reader, clock.now())
    return {"merged_into": repeat.of.number, "may_undo": undo, "undo_until": repeat.undo_until}
