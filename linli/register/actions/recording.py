"""Events of the register: one chain for each room or estate, each entry tied to the last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from linli.lib import clock
from linli.places.models import Place
from linli.record.actions import Note, Secret, prepare, write
from linli.record.chain import START
from linli.record.models import Event

SUBJECT = "register"


def note(
    place: Place, verb: str, *, actor: uuid.UUID | None, body: Mapping[str, Any], secrets: Mapping[str, Secret] | None = None
) -> Event:  # fmt: skip
    """Write down what happened to the register of a place. Holding the place's row keeps two writers of a chain apart."""
    Place.objects.select_for_update().get(pk=place.pk)
    last = Event.objects.filter(chain=place.pk).order_by("-seq").values_list("seq", "hash").first()
    seq, previous = (last[0], bytes(last[1])) if last else (0, START)
    written = Note(
        chain=place.pk, seq=seq + 1, previous=previous, subject=SUBJECT, verb=verb, at=clock.now(), body=body,
        actor=actor, place=place.pk, secrets=secrets or {},
    )  # fmt: skip
    return write([prepare(written)])[0]
