"""A large ballot with its database and its server: the roll frozen, cast through HTTP, closed, counted and published.

`python -m bench.ballots_served --owners 100000 --questions 5`. What needs neither is in `bench.ballots`.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from bench.__main__ import HOME, serving  # it names the home before anything of Django is read

from django.conf import settings  # isort: skip
from django.core.management import call_command  # isort: skip
from django.db import connection  # isort: skip
from django_tenants.utils import tenant_context  # isort: skip

from bench.ballots import CHOICES
from bench.ballots_load import build_estate, cast_in_bulk
from bench.drive import Visitor
from bench.measure import Cost, Meter, cpu_of_tree, memory_of, tree
from linli.ballots.actions import closing, preparing
from linli.ballots.bundle_files import bundle_file
from linli.ballots.casting import OPTIONS
from linli.ballots.models import Ballot, Slot
from linli.ballots.publication import Turnout, result_of
from linli.counting.tally import total
from linli.districts.actions import open_district
from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.places.models import Place
from linli.register.models import Owner

HOST, PORT = "ballots.localhost", 8949
RULE, HTTP = "cn-civil-278-5", "through HTTP"
SECONDS = {"announce and freeze": 20, "close": 20, "count": 2, "publish": 60}
MILLISECONDS = 15  # of the server's CPU, for a ballot that is cast
SILENT = 10  # one owner in so many


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owners", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    call_command("migrate_schemas", schema_name="public", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with tenant_context(open_district("ballots", name="Ballots", hosts=(HOST,))):
        print(f"Loading {options.owners:,} owners…", flush=True)
        estate, committee = build_estate(options.owners)
        opens = clock.now() - timedelta(days=1)
        ballot = announced(estate, committee, options.questions, opens)
        with clock.at(opens):
            closing.open_ballot(ballot)
        slots = list(Slot.objects.filter(ballot=ballot).order_by("place__path"))
        voting, early = slots[: options.requests], [one for at, one in enumerate(slots) if at % SILENT]
        keys = [f"q{number}" for number in range(1, options.questions + 1)]
        cast_in_bulk(ballot, [slot for slot in early if slot not in set(voting)], keys, CHOICES)
        with serving(PORT) as server:
            cast_through_http(ballot, voting, keys, server)
        end(ballot.matter, committee, opens + timedelta(days=11))


def announced(estate: Place, committee: Reader, questions: int, opens: datetime) -> Ballot:
    with clock.at(opens - timedelta(days=17)):
        matter = raise_matter("owners_ballot", estate, actor=committee, answers={"what": "Bench"}, key=uuid.uuid4())
        move(matter, "put", actor=committee)
        ballot = ballot_of(matter)
        preparing.plan(ballot, preparing.Plan("Bench", "", opens, opens + timedelta(days=10)), actor=committee)
        for number in range(questions):
            preparing.ask(ballot, f"Question {number}", RULE, actor=committee)
        with measured("announce and freeze"):
            preparing.announce(ballot, actor=committee)
    return ballot_of(matter)


def ballot_of(matter: Matter) -> Ballot:
    fresh = Matter.objects.get(pk=matter.pk)
    return Ballot.objects.select_related("matter__holder", "place").get(matter=fresh, entry=fresh.entry)


def cast_through_http(ballot: Ballot, slots: Sequence[Slot], keys: Sequence[str], server: int) -> None:
    """Each owner in a browser of their own: the page with the questions, the ballot, the receipt; and the ballot's own page."""
    visitors = [Visitor(PORT, HOST) for _ in slots]
    for visitor, slot in zip(visitors, slots, strict=True):
        visitor.sign_in(Owner.objects.values_list("person", flat=True).get(owner_set=slot.owner_set_id))
    meter = Meter(server, int((settings.HOME / "postgres-data" / "postmaster.pid").read_text().split()[0]))
    address = f"/ballots/{ballot.pk}/"
    choices = {key: CHOICES[at] for at, key in enumerate(keys)} | {"secret": ""}
    pages: dict[str, Callable[[int], object]] = {
        "voting page": lambda at: visitors[at].read_token(f"{address}vote/{slots[at].tag}/"),
        "cast": lambda at: visitors[at].post(f"{address}vote/{slots[at].tag}/", {**choices, "_key": str(uuid.uuid4())}),
        "page of the ballot": lambda at: visitors[at].get(address),
    }  # fmt: skip
    warm = len(slots) // 10
    for when, some in (("warming", range(warm)), (HTTP, range(warm, len(slots)))):
        for name, ask in pages.items():
            for at in some:
                visitors[at].hang_up()
            with meter.reading(f"{name} {when}", len(some)):
                for at in some:
                    ask(at)
    for name, cost in meter.costs.items():
        if name.endswith(HTTP):
            print(_line(name, cost), flush=True)
    print(f"server process: {max(map(memory_of, tree(server))):.0f} MB")


def _line(name: str, cost: Cost) -> str:
    server, database, wall = (cost.per(seconds) for seconds in (cost.server, cost.database, cost.wall))
    kept = (
        (", within" if server <= MILLISECONDS else ", OVER") + f" {MILLISECONDS} ms" if name.startswith("cast") else ""
    )
    return f"{name}: {server:.1f} ms server CPU, {database:.1f} ms database CPU, {wall:.1f} ms wall{kept}"


def end(matter: Matter, committee: Reader, after: datetime) -> None:
    ballot = ballot_of(matter)
    with clock.at(after):
        with measured("close"):
            closing.close(ballot, actor=committee)
        count(ballot)
        with measured("publish"):
            closing.publish(ballot_of(matter), actor=committee)
    file = bundle_file(ballot.pk)
    print(f"verdict: {Ballot.objects.get(pk=ballot.pk).verdict}, bundle: {file.stat().st_size / 2**20:.0f} MB")


def count(ballot: Ballot) -> None:
    """What publishing does first: the sealed ballots are opened; then each question is counted."""
    with measured("open the sealed ballots"):
        closed = closing.closed_of(ballot)
    subjects = closed.roll.subjects
    turnout = Turnout(
        subjects, [one.subject for one in closed.ballots], closed.delivered, closed.entries[0]["coin_area"]
    )
    with measured("count"):
        for question in closed.questions:
            weights = {
                option: total(subjects[one.subject] for one in closed.ballots if one.choices[question.id] == option)
                for option in OPTIONS
            }
            result_of(question, weights, turnout)


@contextmanager
def measured(what: str) -> Iterator[None]:
    postmaster = int((settings.HOME / "postgres-data" / "postmaster.pid").read_text().split()[0])
    wall, work, database = time.perf_counter(), time.process_time(), cpu_of_tree(postmaster)
    yield
    wall, work = time.perf_counter() - wall, time.process_time() - work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    budget = SECONDS.get(what)
    kept = f", {'within' if wall <= budget else 'OVER'} {budget} s" if budget else ""
    print(
        f"{what}: {wall:.1f} s ({work:.1f} s CPU, database {cpu_of_tree(postmaster) - database:.1f} s), "
        f"peak {memory} MB{kept}",
        flush=True,
    )


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        if "linli-bench-" in str(HOME):
            shutil.rmtree(HOME, ignore_errors=True)
