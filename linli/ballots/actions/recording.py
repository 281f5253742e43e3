"""What is written about a ballot: its own log, which everybody recounts, and its chain in the record, which the public log holds.

Whoever writes holds the ballot's row, so the entries have one order. A cast's event names nobody: who cast lies beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.ballots import log
from linli.ballots.bundle import checkpoint
from linli.ballots.models import Ballot, LogRow
from linli.people.reader import Reader
from linli.record.log.actions import present_signer
from linli.record.models import Event
from linli.record.owners import Deed, add_event, changes, columns_of

STATE = (
    "title", "title_en", "opens_at", "closes_at", "silent", "platform", "platform_only", "coin_area", "roll_root",
    "roll_count", "roll_heads", "roll_area", "opening", "closing", "announced_at", "opened_at", "closed_at", "published_at",
    "verdict", "bundle_digest",
)  # fmt: skip
BESIDE = (
    "silent_clause", "proxies_each", "log_size", "voted_slots", "voted_heads", "voted_area", "version", "head",
)  # fmt: skip
NOBODY = Reader(None)


def held(ballot: Ballot) -> Ballot:
    """The row as it stands, kept from others until the transaction ends."""
    return Ballot.objects.select_for_update().get(pk=ballot.pk)


def state_of(ballot: Ballot) -> dict[str, Any]:
    return columns_of(ballot, STATE)


def note(ballot: Ballot, deed: Deed, *, actor: Reader = NOBODY, before: Mapping[str, Any] | None = None) -> Event:
    """Write it down and save the columns of the ballot that it changed. `before` is `state_of` of before the change."""
    after = state_of(ballot)
    changed = changes(after if before is None else before, after)
    event = add_event(ballot, "ballot", deed, actor=actor.person_id, changed=changed)
    saved = [name for name in STATE if name in changed]
    ballot.save(update_fields=[*saved, *BESIDE])
    return event


def enter(ballot: Ballot, entry: log.Entry) -> int:
    """Add an entry to the ballot's log; the index it got. The caller notes what it was and saves the ballot."""
    index = ballot.log_size
    LogRow.objects.create(ballot=ballot, index=index, entry=dict(entry))
    ballot.log_size += 1
    return index


def entries_of(ballot: Ballot) -> Sequence[log.Entry]:
    rows = LogRow.objects.filter(ballot=ballot).order_by("index").values_list("entry", flat=True)
    return list(rows.iterator(chunk_size=5000))


def checkpoint_of(ballot: Ballot) -> str:
    """The signed note over the log as it stands."""
    return checkpoint(str(ballot.pk), entries_of(ballot), present_signer())
