"""A process of its own that does what it is told on standard input, one JSON line at a time, and answers with one.

Started by tests/test_at_once.py with DATABASE_URL set to the tests' database.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
django.setup()

from django_tenants.utils import tenant_context  # noqa: E402

from linli.districts.models import District  # noqa: E402
from linli.lib.refusals import Refused  # noqa: E402
from linli.matters.actions.lateness import look_after  # noqa: E402
from linli.matters.actions.moving import move  # noqa: E402
from linli.matters.actions.raising import raise_matter  # noqa: E402
from linli.matters.models import Matter  # noqa: E402
from linli.people.models import Person  # noqa: E402
from linli.people.reader import Reader  # noqa: E402
from linli.places.models import Place  # noqa: E402


def obey(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"did": DOES[order.pop("do")](**order)}
    except Refused as refused:
        return {"refused": type(refused).__name__, "words": refused.sentence.en}


def move_it(matter: str, name: str, by: str, answers: dict[str, Any], key: str | None = None) -> int:
    made = move(
        Matter(pk=uuid.UUID(matter)), name, actor=reader(by), answers=answers, key=uuid.UUID(key) if key else None
    )
    return made.pk


def raise_it(place: str, by: str, key: str) -> str:
    here = Place.objects.get(pk=place)
    return str(raise_matter("repair", here, actor=reader(by), answers={"what": "灯坏了"}, key=uuid.UUID(key)).pk)


def look(moment: str, batch: int) -> dict[str, int]:
    return dict(look_after(moment=datetime.fromisoformat(moment), batch=batch).done)


def reader(person: str) -> Reader:
    return Reader(Person.objects.get(pk=person))


DOES: dict[str, Callable[..., Any]] = {"move": move_it, "raise": raise_it, "look": look}

if __name__ == "__main__":
    with tenant_context(District.objects.get(schema_name="here")):
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(obey(json.loads(line))), flush=True)
