"""The record: what was tampered with is named, what was shredded is gone, and nothing personal ever stood in it in the clear."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.core.management import call_command
from django.db import connection
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from linli.districts.models import District
from linli.matters.actions.delays import ask_delay
from linli.matters.actions.moving import move
from linli.matters.actions.objections import make_objection, rule_objection
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.people.actions import forget
from linli.people.models import Person
from linli.record.chain import START, Entry, canonical, canonical_of_text, commitment, framed, link, stamp
from linli.record.heads import cut_chains
from linli.record.models import Event, Sealed, Walk
from linli.record.queries import broken_chains, events_of, opened, sealed_of
from linli.record.walk_actions import begin_walk, note_stretch
from linli.record.walking import stretches
from linli.record.walks import walk_along
from tests.test_at_once import database_url
from tests.world import PEOPLE, World, a_repair, find_world

PHONE = "13912345678"
TEXTS = ("厨房漏水找王小梅", "已换管张三签收", "修得很好谢谢龚师傅", "等配件两天", "属公共管道", "由楼栋长协调")


@pytest.fixture
def told(world: World) -> Matter:
    """A repair with a phone number and every kind of free text in it, from the door to the archive."""
    matter = a_repair(world, what=TEXTS[0], phone=PHONE)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    ask_delay(matter, limit="2h", reason=TEXTS[3], actor=world.gong)
    make_objection(matter, reason=TEXTS[4], actor=world.gong)
    rule_objection(matter, reason=TEXTS[5], actor=world.shu)
    move(matter, "finish", actor=world.gong, answers={"reply": TEXTS[1]})
    move(matter, "confirm", actor=world.mei, answers={"score": "5", "comment": TEXTS[2]})
    return matter


@contextmanager
def behind_its_back() -> Iterator[None]:
    """What somebody can do who owns the database server: set the triggers aside."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def tamper(sql: str, *values: Any) -> None:
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def broken() -> list[tuple[int, str]]:
    return [(fault.seq, fault.why.en) for fault in broken_chains()]


def verify(*words: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("record", "verify", *words, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_an_untouched_record_holds(told: Matter) -> None:
    assert broken() == []
    assert verify() == (0, [f"here: {Event.objects.count()} events", "nextdoor: 0 events"])


@pytest.mark.parametrize(
    ("sql", "seq", "why"),
    [
        ("UPDATE record_event SET verb = 'lapsed' WHERE seq = 3", 3, "no longer matches the hash"),
        ("UPDATE record_event SET at = at + interval '1 second' WHERE seq = 2", 2, "no longer matches the hash"),
        ("UPDATE record_event SET actor_id = NULL WHERE seq = 4", 4, "no longer matches the hash"),
        (
            "UPDATE record_event SET body = jsonb_set(body, '{now,stage}', '\"solved\"') WHERE seq = 2",
            2,
            "no longer matches",
        ),
        ("UPDATE record_event SET previous = '\\x00' WHERE seq = 5", 5, "does not follow the row before it"),
        ("UPDATE record_event SET hash = '\\x00' WHERE seq = 1", 1, "no longer matches the hash"),
        ("DELETE FROM record_event WHERE seq = 2", 3, "a row is missing"),
        ("UPDATE record_sealed SET value = '\"没修\"' WHERE name = 'reply'", 6, "the sealed “reply” no longer matches"),
        ("UPDATE record_sealed SET salt = '\\x00' WHERE name = 'phone'", 1, "the sealed “phone” no longer matches"),
        ("DELETE FROM record_sealed WHERE name = 'reply'", 6, "the sealed “reply” is missing"),
    ],
)
def test_the_first_row_that_was_tampered_with_is_named(told: Matter, sql: str, seq: int, why: str) -> None:
    tamper(sql)
    assert [(row, why in said) for row, said in broken()] == [(seq, True)]


def test_a_sealed_phone_that_was_swapped_for_another_is_seen(told: Matter) -> None:
    other = a_repair(find_world(), phone="13800000099")
    ciphers = Sealed.objects.filter(name="phone").order_by("event_id").values_list("cipher", flat=True)
    tamper("UPDATE record_sealed SET cipher = %s WHERE name = 'phone' AND event_id IN "
           "(SELECT id FROM record_event WHERE chain = %s)", ciphers[1], told.pk)  # fmt: skip
    assert broken() == [(1, "the sealed “phone” no longer matches what was committed to")]
    assert list(broken_chains(other.pk)) == []


def test_each_broken_chain_is_named_once_and_the_others_hold(world: World, told: Matter) -> None:
    whole = a_repair(world)
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE seq = 3")
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE seq = 5")
    assert [fault.chain for fault in broken_chains()] == [told.pk]
    assert list(broken_chains(whole.pk)) == []


def test_a_whole_chain_written_anew_no_longer_ends_in_the_matters_own_head(told: Matter) -> None:
    """Who can rewrite every row of a chain still has to change the matter too; the replay compares both."""
    tamper("UPDATE record_event SET hash = sha256(hash) WHERE seq = %s AND chain = %s", 7, told.pk)
    assert "head" in differences(told)


def test_the_command_names_the_broken_row_and_ends_with_status_one(told: Matter) -> None:
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE seq = 3")
    event = Event.objects.get(chain=told.pk, seq=3)
    status, lines = verify("--lang", "en")
    assert (status, lines[0]) == (
        1,
        f"here matter {told.pk} #3 ({event.pk}): its content no longer matches the hash it was written with",
    )
    assert "内容与登记时的摘要不符" in verify()[1][0]


def test_the_command_walks_every_district(world: World) -> None:
    with tenant_context(District.objects.get(schema_name="nextdoor")):
        a_repair(find_world())
        tamper("UPDATE record_event SET verb = 'lapsed'")
    status, lines = verify()
    assert (status, lines[0]) == (1, "here: 0 events")
    assert lines[1].startswith("nextdoor matter ")


def test_no_name_number_or_text_stands_in_the_record_in_the_clear(told: Matter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_event::text FROM record_event")
        book = "\n".join(row[0] for row in cursor.fetchall())
    names = [name for _, name, *_ in PEOPLE]
    numbers = [phone for _, _, phone, *_ in PEOPLE]
    assert [one for one in (PHONE, *TEXTS, *names, *numbers) if one in book or escaped(one) in book] == []
    assert "accept" in book


def escaped(text: str) -> str:
    return text.encode("unicode_escape").decode()


def test_a_phone_number_is_encrypted_and_still_opens(told: Matter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text, encode(cipher, 'escape') FROM record_sealed s WHERE name = 'phone'")
        stored = "".join(cursor.fetchone())
    assert PHONE not in stored
    assert next(iter(opened(sealed_of(told.pk, sensitive=True)).values())) == {"what": TEXTS[0], "phone": PHONE}
    assert [row.name for row in sealed_of(told.pk, sensitive=False)].count("phone") == 0


def test_equal_texts_leave_different_marks_in_the_record(world: World) -> None:
    marks = [a_repair(world, what="灯坏了").pk for _ in range(2)]
    first, second = (events_of(pk)[0].body["sealed"]["what"] for pk in marks)
    assert first != second
    assert first not in {commitment(b"", "灯坏了"), commitment(bytes(16), "灯坏了")}


def test_forgetting_a_person_takes_the_words_and_leaves_the_chains_whole(world: World, told: Matter) -> None:
    other = a_repair(world, at="room_unit2", by="bo", what="门铃坏了")
    before = Event.objects.count()
    assert forget(world.people["mei"]) == Sealed.objects.filter(event__chain=told.pk).count()
    assert opened(sealed_of(told.pk, sensitive=True)) == {}
    assert opened(sealed_of(other.pk, sensitive=True)) == {events_of(other.pk)[0].pk: {"what": "门铃坏了"}}
    assert (broken(), Event.objects.count(), differences(told)) == ([], before, {})
    person = Person.objects.get(pk=world.people["mei"].pk)
    assert (person.name, person.phone_sealed, person.phone_digest) == ("", None, None)


def test_after_forgetting_no_table_of_the_district_holds_a_word_of_hers(world: World, told: Matter) -> None:
    forget(world.people["mei"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'here'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            everything = cursor.fetchone()[0] or ""
            found += [(table, one) for one in (PHONE, "13800000001", "王小梅", *TEXTS) if one in everything]
    assert found == []


def test_forgetting_twice_finds_nothing_more(world: World, told: Matter) -> None:
    forget(world.people["mei"])
    assert forget(world.people["mei"]) == 0


def test_a_matter_whose_raiser_was_forgotten_can_still_be_finished(world: World) -> None:
    matter = a_repair(world)
    forget(world.people["mei"])
    move(matter, "decline", actor=world.an, answers={"reply": "不归物业管"})
    assert Matter.objects.get(pk=matter.pk).outcome == "declined"
    assert broken() == []


def test_the_record_cannot_be_changed_by_mistake_in_the_program_either(told: Matter) -> None:
    with pytest.raises(TypeError, match="only ever added to"):
        Event.objects.update(verb="moved")
    with pytest.raises(TypeError, match="only ever added to"):
        Event.objects.delete()


def test_a_chain_whose_end_was_cut_off_is_named(world: World) -> None:
    """What is left still links; only the matter knows that there was more."""
    whole, cut = a_repair(world), a_repair(world, what="灯坏了")
    move(cut, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert list(cut_chains()) == []
    tamper("DELETE FROM record_event WHERE chain = %s AND seq = 2", cut.pk)
    assert [(fault.chain, fault.seq) for fault in cut_chains()] == [(cut.pk, 1)]
    assert list(broken_chains(whole.pk)) == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SHORT = st.text(max_size=12)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_the_fast_way_to_canonical_bytes_gives_those_of_the_standard(body: dict[str, Any]) -> None:
    standard = rfc8785.dumps(body)
    assert canonical(body) == standard
    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False, indent=1)):
        assert canonical_of_text(text) == standard


@pytest.mark.parametrize(
    "text",
    [
        '{"\U0001f600": 1, "\uffee": 2}',
        '{"a": 1.0}',
        '{"a": 1e3}',
        '{"b": -0, "a": "\\u0007\\u007f"}',
        "9007199254740991",
    ],
)
def test_what_the_standard_writes_in_its_own_way_is_written_so(text: str) -> None:
    assert canonical_of_text(text) == rfc8785.dumps(json.loads(text))


@pytest.mark.parametrize("text", ["9007199254740992", '{"a": [123456789012345678901234567890]}', '"\\ud800"', "{"])
def test_what_has_no_canonical_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_of_text(text)


@given(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, st.integers(1, 10**9), st.datetimes(timezones=st.just(UTC)), JSON)
def test_the_frame_around_a_body_is_the_canonical_form_of_the_whole_entry(
    chain: str, subject: str, verb: str, actor: str, post: str, place: str, seq: int, at: datetime, inner: Any
) -> None:
    body = {"inner": inner}
    entry = Entry(chain, seq, subject, verb, actor, post, place, at, body)
    whole = {**asdict(entry), "at": stamp(at), "body": body}
    assert framed(entry, canonical(body)) == rfc8785.dumps(whole)
    assert link(START, entry) == sha256(START + rfc8785.dumps(whole)).digest()


def test_a_body_that_could_never_have_been_hashed_is_named_and_does_not_stop_the_walk(
    world: World, told: Matter
) -> None:
    whole = a_repair(world)
    tamper("UPDATE record_event SET body = '{\"a\": 123456789012345678901234567890}' WHERE seq = 3")
    assert broken() == [(3, "its content no longer matches the hash it was written with")]
    assert list(broken_chains(whole.pk)) == []


def test_stretches_end_between_chains_and_together_are_the_whole_record(world: World) -> None:
    for _ in range(7):
        move(a_repair(world), "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    pieces = stretches(size=3)
    assert len(pieces) > 3
    walked = list(walk_along(pieces, processes=1))
    assert sum(one.events for one in walked) == Event.objects.count() == 14
    assert [fault for one in walked for fault in one.broken] == []
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE id = %s", Event.objects.filter(seq=2).order_by("chain")[4].pk)
    assert sum(len(one.broken) for one in walk_along(pieces, processes=1)) == 1


def test_a_whole_walk_leaves_a_mark_and_the_next_may_look_at_what_is_new_alone(world: World, told: Matter) -> None:
    verify()
    mark = Walk.objects.get()
    assert (mark.events, mark.broken, mark.ended_at is not None) == (Event.objects.count(), 0, True)
    status, lines = verify("--since", "2999-01-01", "--lang", "en", "--district", "here")
    assert (status, lines) == (0, ["here: 0 chains that were added to since 2999-01-01", "here: 0 events"])
    status, lines = verify("--since", "2000-01-01", "--lang", "en", "--district", "here")
    assert (status, lines[1]) == (0, f"here: {Event.objects.count()} events")
    assert Walk.objects.count() == 1


def test_since_the_last_walk_only_what_its_transactions_could_not_see_is_walked(committed_world: World) -> None:
    old = a_repair(committed_world)
    verify()
    new = a_repair(committed_world)
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE chain = %s", old.pk)
    status, lines = verify("--since", "last", "--lang", "en", "--district", "here")
    assert (status, lines[-1]) == (0, "here: 1 events")
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE chain = %s", new.pk)
    assert verify("--since", "last", "--district", "here")[0] == 1
    assert verify("--district", "here")[0] == 1


def test_a_walk_that_was_stopped_goes_on_behind_the_last_chain_that_it_passed(world: World) -> None:
    first, second, third = sorted((a_repair(world) for _ in range(3)), key=lambda matter: matter.pk)
    walk = begin_walk()
    note_stretch(walk, upto=first.pk, events=1, broken=0)
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE chain = %s", third.pk)
    status, lines = verify("--resume", "--lang", "en", "--district", "here")
    assert status == 1
    assert lines[0].startswith("here: going on with the walk of ")
    assert str(third.pk) in lines[1]
    assert lines[2] == "here: 3 events"
    walk.refresh_from_db()
    assert (walk.events, walk.broken, walk.ended_at is not None) == (3, 1, True)
    assert verify("--resume", "--lang", "en", "--district", "here")[1][0].startswith("here: no walk was interrupted")
    assert second.pk != first.pk


def test_several_processes_walk_a_record_and_find_what_one_finds(committed_world: World) -> None:
    matters = [a_repair(committed_world) for _ in range(3)]
    tamper("UPDATE record_event SET verb = 'lapsed' WHERE chain = %s", matters[1].pk)
    done = subprocess.run(
        [sys.executable, "-m", "linli", "record", "verify", "--processes", "2", "--lang", "en", "--district", "here"],
        cwd=Path(__file__).parents[1], env={**os.environ, "DATABASE_URL": database_url()}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert str(matters[1].pk) in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1] == "here: 3 events"
