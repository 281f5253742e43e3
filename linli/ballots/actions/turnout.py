"""How far a ballot has come, kept on its row. Whoever moves it holds that row, which each cast holds for the log anyway."""

from __future__ import annotations

import uuid

from django.db import transaction

from linli.ballots.models import Ballot, Slot
from linli.ballots.queries import counted_turnout

KEPT = ("voted_slots", "voted_heads", "voted_area")


def add_voted(ballot: Ballot, slot: Slot) -> None:
    """A ballot counts for a slot that had none. The caller saves the row."""
    ballot.voted_slots += 1
    ballot.voted_heads += slot.heads
    ballot.voted_area += slot.area


def take_voted(ballot: Ballot, slot: Slot) -> None:
    """None counts for it any more."""
    ballot.voted_slots -= 1
    ballot.voted_heads -= slot.heads
    ballot.voted_area -= slot.area


@transaction.atomic
def recount_turnout(key: uuid.UUID) -> None:
    """Add it up from the roll again, where somebody wrote past these actions."""
    row = Ballot.objects.select_for_update().get(pk=key)
    found = counted_turnout(row)
    row.voted_slots, row.voted_heads, row.voted_area = found.voted, found.heads, found.area
    row.save(update_fields=KEPT)
