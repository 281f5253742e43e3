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

from linli.ballots.actions import closing, paper, voting  # noqa: E402
from linli.ballots.models import Ballot  # noqa: E402
from linli.desk.actions.bulk import Wanted, move_many  # noqa: E402
from linli.districts.models import District  # noqa: E402
from linli.lib import clock  # noqa: E402
from linli.lib.refusals import Refused  # noqa: E402
from linli.matters.actions.lateness import look_after  # noqa: E402
from linli.matters.actions.moving import move  # noqa: E402
from linli.matters.actions.raising import raise_matter  # noqa: E402
from linli.matters.models import Matter  # noqa: E402
from linli.people.models import Person  # noqa: E402
from linli.people.reader import Reader  # noqa: E402
from linli.places.models import Place  # noqa: E402
from linli.requests.loop.actions.questions import answer_by_link  # noqa: E402
from linli.requests.loop.actions.repeats import merge  # noqa: E402
from linli.requests.menu.models import ServiceItem  # noqa: E402
from linli.requests.menu.ordering_actions import Wish, order  # noqa: E402


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


def move_several(
    wanted: list[tuple[int, int]], name: str, by: str, answers: dict[str, Any], key: str
) -> dict[int, str]:
    chosen = [Wanted(number, seen) for number, seen in wanted]
    made = move_many(chosen, name, actor=reader(by), answers=answers, key=uuid.UUID(key))
    return {line["number"]: line["what"] for line in made.lines}


def raise_it(place: str, by: str, key: str) -> str:
    here = Place.objects.get(pk=place)
    return str(raise_matter("repair", here, actor=reader(by), answers={"what": "灯坏了"}, key=uuid.UUID(key)).pk)


def order_it(item: str, slot: str, room: str, by: str, key: str) -> str:
    wish = Wish(Place.objects.get(pk=room), uuid.UUID(slot))
    return str(order(ServiceItem.objects.get(pk=item), wish, actor=reader(by), key=uuid.UUID(key)).pk)


def ask_it(place: str, by: str, key: str, moment: str) -> str:
    here = Place.objects.get(pk=place)
    with clock.at(datetime.fromisoformat(moment)):
        made = raise_matter("enquiry", here, actor=reader(by), answers={"what": "几点开门"}, key=uuid.UUID(key))
    return str(made.pk)


def look(moment: str, batch: int) -> dict[str, int]:
    return dict(look_after(moment=datetime.fromisoformat(moment), batch=batch).done)


def reader(person: str) -> Reader:
    return Reader(Person.objects.get(pk=person))


def answer_it(token: str, text: str) -> None:
    answer_by_link(token, text)


def merge_it(matter: str, into: int, by: str) -> str:
    return str(merge(Matter.objects.get(pk=matter), into, reply="已在处理", actor=reader(by)).pk)


def vote_it(ballot: str, tag: str, choice: str, by: str, moment: str, key: str | None = None) -> str:
    given = voting.Vote({"q1": choice}, key=uuid.UUID(key) if key else None)
    with clock.at(datetime.fromisoformat(moment)):
        return str(voting.cast(Ballot.objects.get(pk=ballot), tag, given, actor=reader(by)).pk)


def read_it(ballot: str, nonce: str, choice: str, by: str, moment: str) -> str:
    reading = paper.Reading({"q1": choice})
    with clock.at(datetime.fromisoformat(moment)):
        return paper.read_paper(Ballot.objects.get(pk=ballot), nonce, reading, actor=reader(by)).state


def close_it(ballot: str, by: str, moment: str) -> None:
    with clock.at(datetime.fromisoformat(moment)):
        closing.close(Ballot.objects.get(pk=ballot), actor=reader(by))


def tend(moment: str) -> int:
    with clock.at(datetime.fromisoformat(moment)):
        return closing.tend_ballots()


DOES: dict[str, Callable[..., Any]] = {
    "move": move_it,
    "bulk": move_several,
    "raise": raise_it,
    "ask": ask_it,
    "look": look,
    "order": order_it,
    "answer": answer_it,
    "merge": merge_it,
    "vote": vote_it,
    "read": read_it,
    "close": close_it,
    "tend": tend,
}

if __name__ == "__main__":
    with tenant_context(District.objects.get(schema_name="here")):
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(obey(json.loads(line))), flush=True)
