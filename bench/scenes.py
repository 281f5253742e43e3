"""What is measured: raising, reading a desk, moving, each through HTTP, and the lateness job."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django_tenants.utils import tenant_context

from bench.drive import Visitor
from bench.floor import Floor, cpu_each
from bench.importing import import_rows
from bench.load import analyze, build_estates, first_of_each_role, load_matters, make_late
from bench.measure import Cost, Meter, cpu_of_tree, memory_of, tree
from bench.phone import open_form
from bench.report import Row
from linli.districts.models import District
from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.models import Matter
from linli.people.models import Person, Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.versions import book_of, current_version
from linli.requests.actions.indexing import index_missing
from linli.requests.similar import similar_to

LATE = 10_000


@dataclass(frozen=True, slots=True)
class Scene:
    district: District
    size: int
    requests: int
    server: int
    port: int
    host: str


def run_scene(scene: Scene) -> list[Row]:
    with tenant_context(scene.district):
        if not Matter.objects.exists():
            build_estates()
            load_matters(scene.size)
            index_missing()
            analyze()
        people = first_of_each_role()
        _quiet_database()
        resident, desk = people["resident"], people["property_desk"]
        meter = Meter(scene.server, _postmaster())
        numbers = _raise(scene, meter, resident.pk)
        _read_desk(scene, meter, desk.pk)
        _move(scene, meter, desk.pk, numbers)
        _read_list(scene, meter, desk.pk)
        _read_board(scene, meter)
        _read_board_anew(scene, meter)
        _search(scene, meter, desk.pk, resident.pk)
        _similar(scene, meter, resident)
        floors = _floors(scene)
        rows = [Row(name, cost, floors.get(name, 0.0)) for name, cost in meter.costs.items()]
        phone = Row("phone", Cost(1), 0.0, said=_phone(scene, resident.pk))
        return [
            *rows,
            phone,
            Row("import", Cost(1), 0.0, said=import_rows(meter)),
            _lateness(meter, min(LATE, scene.size // 2)),
            Row("memory", Cost(1), 0.0, megabytes=max(map(memory_of, tree(scene.server)))),
        ]


def _quiet_database() -> None:
    """Nothing in the background while we measure; it is put back by the end of the folder."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET autovacuum = off")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("CHECKPOINT")


def _postmaster() -> int:
    return int((settings.HOME / "postgres-data" / "postmaster.pid").read_text().split()[0])


def _raise(scene: Scene, meter: Meter, person: uuid.UUID) -> list[str]:
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(person)
    room = Post.objects.get(person_id=person, role="resident").place_id
    what = "厨房水管接头漏水，已用盆接着。"
    form = {"_place": str(room), "_urgency": "ordinary", "what": what, "_anyway": "yes"}
    followed = []
    for count in (20, scene.requests):  # the first few warm caches and connections
        keys = [str(uuid.uuid4()) for _ in range(count)]
        with meter.reading("raise", count):
            followed = [visitor.post("/raise/repair/", {**form, "_key": key}) for key in keys]
    return followed


def _read_desk(scene: Scene, meter: Meter, person: uuid.UUID) -> None:
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(person)
    for count in (20, scene.requests):
        with meter.reading("desk of 50", count):
            for _ in range(count):
                page = visitor.get("/desk/")
    if page.count('href="/matters/') < 50:
        raise SystemExit("The desk shows fewer than 50 matters.")


def _read_list(scene: Scene, meter: Meter, person: uuid.UUID) -> None:
    """All matters at the desk's places, newest first, whatever has become of them."""
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(person)
    for count in (20, scene.requests):
        with meter.reading("list of 50", count):
            for _ in range(count):
                page = visitor.get("/matters/")
    if page.count('href="/matters/') < 50:
        raise SystemExit("The list shows fewer than 50 matters.")


def _move(scene: Scene, meter: Meter, person: uuid.UUID, followed: list[str]) -> None:
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(person)
    visitor.read_token(followed[0])
    reply = "不属于物业范围，已转告自来水公司，电话在公告栏。"
    with meter.reading("move", len(followed) - 1):
        for address in followed[1:]:
            visitor.post(f"{address}move/decline/", {"_seen": "1", "_key": str(uuid.uuid4()), "reply": reply})


def _read_board(scene: Scene, meter: Meter) -> None:
    """The public board of a community of 200 estates with a year of figures, by somebody who has not signed in."""
    visitor = Visitor(scene.port, scene.host)
    for count in (20, scene.requests):
        with meter.reading("board", count):
            for _ in range(count):
                page = visitor.get("/board/")
    if page.count("<rect") < 20:
        raise SystemExit("The board shows no twelve weeks.")


def _read_board_anew(scene: Scene, meter: Meter) -> None:
    """What the first one pays who looks after a fold: every view asks for another stretch of days, so none is kept."""
    visitor, today = Visitor(scene.port, scene.host), clock.local_day(clock.now())
    for count, back in ((5, 40), (scene.requests // 4, 41)):
        with meter.reading("board, first view", count):
            for number in range(count):
                last = today - timedelta(days=(number + back) % 300)
                page = visitor.get(f"/board/?from={last - timedelta(days=29 + number // 300)}&to={last}")
    if page.count("<rect") < 20:
        raise SystemExit("The board shows no twelve weeks.")


def _search(scene: Scene, meter: Meter, desk: uuid.UUID, resident: uuid.UUID) -> None:
    """By the property desk of one estate: a word that stands in every matter, and one that stands in a single one."""
    writer = Visitor(scene.port, scene.host)
    writer.sign_in(resident)
    room = Post.objects.select_related("place").get(person_id=resident, role="resident").place
    form = {"_place": str(room.pk), "_urgency": "ordinary", "what": "阳台螺纹钢外露。", "_anyway": "yes"}
    writer.post("/raise/repair/", {**form, "_key": str(uuid.uuid4())})
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(desk)
    visitor.read_token("/search/")
    for name, words in (("common word", "漏水"), ("rare word", "螺纹"), ("within a place", f"漏水 {room.name}")):
        for count in (5, scene.requests // 4):
            with meter.reading(f"search, {name}", count):
                for _ in range(count):
                    page = visitor.post("/search/", {"q": words}, expect=200)
        if 'href="/matters/' not in page:
            raise SystemExit(f"The search for the {name} finds nothing.")


def _phone(scene: Scene, resident: uuid.UUID) -> str:
    visitor = Visitor(scene.port, scene.host)
    visitor.sign_in(resident)
    return str(open_form(visitor, "/raise/repair/") or "report form on a slow phone: there is no Chromium here")


def _similar(scene: Scene, meter: Meter, resident: Person) -> None:
    """The look for similar ones before something is sent, in this process: its CPU is counted as the server's."""
    reader, room = Reader(resident), Post.objects.get(person=resident, role="resident").place
    book, count = book_of(current_version("repair").pk), max(5, scene.requests // 4)
    similar_to(book, room, "厨房水管接头漏水", reader)
    cpu, database, began = time.process_time(), cpu_of_tree(meter.database), time.perf_counter()
    for _ in range(count):
        found = similar_to(book, room, "厨房水管接头漏水，地上都是水", reader)
    spent = time.process_time() - cpu
    meter.costs["similar"] = Cost(count, spent, cpu_of_tree(meter.database) - database, time.perf_counter() - began)
    if not found:
        raise SystemExit("Nothing similar was found.")


def _floors(scene: Scene) -> dict[str, float]:
    """CPU seconds of our own process for each operation by bare psycopg."""
    room = Place.objects.filter(level="room").order_by("path")[0]
    resident = Post.objects.get(place=room, role="resident")
    estate = Place.objects.filter(level="estate").order_by("path")[0]
    values = {
        "playbook": current_version("repair").pk,
        "place": room.pk,
        "path": room.path,
        "estate": estate.pk,
        "raiser": resident.person_id,
    }
    connection.ensure_connection()
    floor = Floor(connection.connection, values)
    raised = [floor.raise_one() for _ in range(20)]
    costs = {
        "raise": cpu_each(lambda: raised.append(floor.raise_one()), scene.requests),
        "desk of 50": cpu_each(floor.read_desk, scene.requests),
        "board": cpu_each(floor.read_board, scene.requests),
    }
    moving = iter(raised)
    costs["move"] = cpu_each(lambda: floor.move_one(next(moving)), scene.requests)
    return costs


def _lateness(meter: Meter, late: int) -> Row:
    look_after()  # what the requests left behind
    make_late(late)
    cpu, database, wall = time.process_time(), cpu_of_tree(meter.database), time.perf_counter()
    done = look_after().done["late"]
    cost = Cost(1, time.process_time() - cpu, cpu_of_tree(meter.database) - database, time.perf_counter() - wall)
    if done < late or Matter.objects.filter(late_at__isnull=False).count() < late:
        raise SystemExit(f"Only {done} matters became late.")
    return Row(f"lateness job, {late:,} late", cost, 0.0)
