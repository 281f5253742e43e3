"""The public log: complete, in one order, provable by anybody; whatever was changed afterwards is found and named."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.lib import clock, merkle
from linli.lib.notes import (
    COSIGNATURE,
    Signer,
    cosign,
    open_note,
    read_checkpoint,
    read_verifier,
    sign_note,
    split_note,
)
from linli.lib.notes import (
    Checkpoint as Signed,
)
from linli.lib.refusals import Conflict, Refused
from linli.matters.actions.moving import move
from linli.record import chain
from linli.record.actions import Note, entry_of, prepare, write, write_many
from linli.record.heads import cut_chains
from linli.record.log import queries, tiles
from linli.record.log.actions import (
    BATCH,
    accept_cosignature,
    append_new,
    distrust_witness,
    new_key,
    sign_checkpoint,
    tend_log,
    trust_witness,
)
from linli.record.log.keys import key_file
from linli.record.log.tiles import TileMissing
from linli.record.log.verify import faults, not_appended
from linli.record.models import Checkpoint, Cosignature, Event, LogEntry, LogKey, PublicLog
from linli.record.queries import broken_chains
from tests.conftest import HERE
from tests.publiclog import append_everything, log_everything
from tests.test_record import behind_its_back, tamper
from tests.world import World, a_repair

NOON = datetime(2026, 5, 6, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITNESS = Signer("school.example/witness", bytes(range(32)), COSIGNATURE)


def events(count: int, *, seed: int = 0) -> list[Event]:
    """So many events of a chain of their own."""
    made, previous, one = [], chain.START, uuid.UUID(int=seed + 1)
    for seq in range(1, count + 1):
        made.append(prepare(Note(one, seq, previous, "test", "happened", NOON, {"n": seq}, actor=None)))
        previous = bytes(made[-1].event.hash)
    (write if count < 100 else write_many)(made)
    return [prepared.event for prepared in made]


def leaves() -> list[bytes]:
    """The leaves as they must be, worked out from the events alone."""
    rows = LogEntry.objects.order_by("index").select_related("event")
    return [merkle.leaf_hash(chain.link(bytes(row.event.previous), entry_of(row.event))) for row in rows]


def told() -> list[str]:
    return [fault.why.en for fault in faults()]


def verify() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("log", "verify", "--district", HERE, "--lang", "en", stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


# -- appending


def test_every_event_is_appended_once_in_the_order_of_transactions(committed_world: World) -> None:
    matter = a_repair(committed_world)
    move(matter, "accept", actor=committed_world.an, answers={"worker": committed_world.id_of("gong")})
    assert append_new() == Event.objects.count()
    in_order = list(Event.objects.order_by("transaction", "pk").values_list("pk", flat=True))
    assert list(LogEntry.objects.order_by("index").values_list("event", flat=True)) == in_order
    assert list(LogEntry.objects.order_by("index").values_list("index", flat=True)) == list(range(len(in_order)))
    assert append_new() == 0
    assert not_appended() == 0


@pytest.mark.parametrize("batch", [1, 3, BATCH])
def test_the_tree_is_the_same_in_whatever_batches_it_grew(committed_world: World, batch: int) -> None:
    for seed, count in enumerate((1, 2, 5)):
        events(count, seed=seed)
        append_new(batch=batch)
    assert queries.public_log().size == 8
    assert queries.root_at(8) == merkle.root(leaves())
    assert told() == []


def test_an_event_that_commits_late_is_not_passed_over(committed_world: World) -> None:
    events(1, seed=1)
    append_new()
    with transaction.atomic():
        late = events(1, seed=2)[0]
        younger = on_another_connection(lambda: events(1, seed=3))[0]
        assert on_another_connection(append_new) == 0  # what is younger than an unfinished transaction waits for it
    assert on_another_connection(append_new) == 2
    indexes = queries.indexes_of([late.pk, younger.pk])
    assert indexes == {late.pk: 1, younger.pk: 2}
    assert told() == []


def test_what_was_rolled_back_leaves_no_gap(committed_world: World) -> None:
    with transaction.atomic():
        events(1, seed=1)
        transaction.set_rollback(True)
    events(2, seed=2)
    assert append_new() == 2
    assert told() == []


def test_of_several_that_append_at_once_each_event_is_taken_once(committed_world: World) -> None:
    events(40)
    taken: list[int] = []
    work = lambda: taken.append(append_new(batch=3))  # noqa: E731
    threads = [threading.Thread(target=in_its_own, args=(work,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 40
    assert told() == []


def test_an_append_that_is_cut_off_changes_nothing(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries and tiles are written, and then the process dies before the end of the transaction."""
    events(5, seed=1)
    append_new()
    events(5, seed=2)
    with monkeypatch.context() as patched:
        patched.setattr(PublicLog, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            append_new()
    assert (LogEntry.objects.count(), queries.public_log().size) == (5, 5)
    assert append_new() == 5
    assert told() == []


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_after_a_restore_to_a_younger_server_nothing_is_lost(committed_world: World) -> None:
    """A copy of the database is loaded into a server whose transactions count from a much lower number."""
    events(3, seed=1)
    append_new()
    left = events(2, seed=2)
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("UPDATE record_event SET transaction = transaction + 1000000000")
        cursor.execute("UPDATE record_publiclog SET below = below + 1000000000")
    assert append_new() == 2
    assert set(queries.indexes_of(one.pk for one in left).values()) == {3, 4}
    events(2, seed=3)
    assert append_new() == 2
    assert (append_new(), not_appended(), told()) == (0, 0, [])


def test_each_district_has_a_log_of_its_own(committed_world: World) -> None:
    events(2)
    append_new()
    with tenant_context(District.objects.get(schema_name="nextdoor")):
        assert (append_new(), queries.public_log().size) == (0, 0)


def in_its_own(work: Callable[[], object]) -> None:
    try:
        with tenant_context(District.objects.get(schema_name=HERE)):
            work()
    finally:
        connection.close()


def on_another_connection(work: Callable[[], Any]) -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=in_its_own, args=(lambda: found.append(work()),))
    thread.start()
    thread.join()
    return found[0]


# -- proofs


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_every_proof_from_the_tiles_is_the_proof_from_all_leaves(world: World, size: int) -> None:
    """Over the edges of tiles: 256 leaves fill one."""
    events(size)
    log_everything()
    all_leaves = leaves()
    root = merkle.root(all_leaves)
    for index in {0, 1, size // 2, 254, 255, 256, size - 1} & set(range(size)):
        proof = queries.inclusion(index, size)
        assert (proof.leaf, proof.root) == (all_leaves[index], root)
        assert list(proof.path) == merkle.inclusion_path(all_leaves, index)
        assert merkle.verify_inclusion(proof.leaf, index, size, proof.path, root)
    for first in {1, 2, 128, 255, 256, 257, size} & set(range(1, size + 1)):
        assert queries.consistency(first, size) == merkle.consistency_path(all_leaves, first)


def test_a_tree_of_three_levels_of_tiles_gives_the_proofs_of_all_leaves() -> None:
    """Grown in uneven pieces over the first tile of the third level, without the database."""
    all_leaves = [merkle.leaf_hash(str(number).encode()) for number in range(65_536 + 300)]
    stored: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in (1, 254, 1, 1, 30_000, 35_279, 300):
        edge_tiles = {where: stored[where] for where in tiles.edge(size)}
        for one in tiles.grown(edge_tiles, size, all_leaves[size : size + step]):
            stored[one.level, one.number] = one.hashes
        size += step
    assert size == len(all_leaves)
    assert {level for level, _ in stored} == {0, 1, 2}
    root = merkle.root(all_leaves)
    for index in (0, 65_535, 65_536, size - 1):
        *path, told_root = (
            tiles.hash_of(one, {where: stored[where] for where in tiles.needed([one])})
            for one in [*merkle.inclusion_ranges(index, size), (0, size)]
        )
        assert told_root == root
        assert merkle.verify_inclusion(all_leaves[index], index, size, path, root)


def test_a_proof_reads_the_tiles_once(world: World, django_assert_num_queries: Any) -> None:
    events(600)
    log_everything()
    with django_assert_num_queries(1):
        queries.inclusion(5, 600)
    with django_assert_num_queries(1):
        queries.consistency(300, 600)


# -- checkpoints and keys


def test_a_checkpoint_is_signed_each_hour_when_the_log_has_grown(world: World) -> None:
    with clock.at(NOON):
        events(3, seed=1)
        assert log_everything() == 3
    with clock.at(NOON + HOUR - timedelta(seconds=1)):
        grow(2, seed=2)
        assert sign_checkpoint() is None
    with clock.at(NOON + HOUR):
        signed = sign_checkpoint()
    assert signed is not None
    assert signed.size == 6, "three, the event of the key, two"
    with clock.at(NOON + 9 * HOUR):
        assert sign_checkpoint() is None, "nothing new"


def grow(count: int, *, seed: int) -> None:
    """More entries, without a checkpoint."""
    events(count, seed=seed)
    append_everything()


def test_a_checkpoint_is_a_note_that_the_published_key_opens(world: World) -> None:
    events(3)
    log_everything()
    browser = Client()
    note = browser.get("/log/checkpoint").content.decode()
    key = read_verifier(browser.get("/log/key").content.decode().splitlines()[0])
    seen = read_checkpoint(open_note(note, [key]).text)
    assert seen == Signed("testserver/log", 3, merkle.root(leaves()))
    assert key.name == "testserver/log"


def test_the_key_is_a_file_for_its_owner_alone_and_the_record_tells_of_it(world: World) -> None:
    events(1)
    log_everything()
    assert stat.S_IMODE(os.stat(key_file(1)).st_mode) == 0o600
    told_of = Event.objects.get(subject="log")
    assert (told_of.verb, told_of.body["key"]) == ("log_key", LogKey.objects.get().text)
    assert list(broken_chains()) == []
    assert list(cut_chains()) == []


def test_a_new_key_signs_from_then_on_and_older_checkpoints_keep_theirs(world: World) -> None:
    with clock.at(NOON):
        events(1, seed=1)
        log_everything()
    with clock.at(NOON + HOUR):
        key = new_key()
        log_everything()
    assert (key.number, LogKey.objects.filter(until__isnull=True).get().pk) == (2, 2)
    older, newer = Checkpoint.objects.order_by("size")
    assert (older.key_id, newer.key_id) == (1, 2)
    assert told() == []
    assert len(Client().get("/log/key").content.decode().splitlines()) == 2


def test_a_log_whose_key_file_is_gone_says_so_and_signs_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    events(1, seed=1)
    log_everything()
    path = key_file(1)
    kept = path.read_text()
    path.unlink()
    try:
        with clock.at(clock.now() + 2 * HOUR), pytest.raises(Refused, match="Restore it from the backup"):
            log_everything()
        with clock.at(clock.now() + 2 * HOUR):
            tend_log()
        assert "Restore it from the backup" in caplog.text
        assert not path.exists(), "no other key is made in its place"
    finally:
        path.write_text(kept)
        path.chmod(0o600)


def test_a_log_that_was_rewritten_signs_no_further_checkpoint(world: World) -> None:
    events(3, seed=1)
    log_everything()
    tamper("UPDATE record_logtile SET hashes = sha256('other') || substr(hashes, 33) WHERE level = 0")
    with pytest.raises(Refused, match="no longer agrees with the checkpoint at 3"):
        log_everything()


# -- what was changed is found


@pytest.fixture
def long_log(world: World) -> list[Event]:
    """Three hundred entries, with checkpoints at 200, 300 and, of a second key, 301."""
    first = events(200, seed=1)
    log_everything()
    second = events(99, seed=2)  # and the event of the first key
    log_everything()
    return first + second


def test_an_untouched_log_holds(long_log: list[Event]) -> None:
    assert told() == []
    assert verify() == (0, ["here: 300 entries hold; 0 events wait"])


@pytest.mark.parametrize(
    ("sql", "index", "why"),
    [
        ("UPDATE record_event SET verb = 'nothing' WHERE id = %s", 7, "the event of entry 7 was changed"),
        ("UPDATE record_event SET at = at + interval '1 second' WHERE id = %s", 0, "the event of entry 0 was changed"),
        ("UPDATE record_event SET hash = sha256('x') WHERE id = %s", 199, "the event of entry 199 was changed"),
        ("DELETE FROM record_event WHERE id = %s", 42, "the event of entry 42 is gone"),
        ("DELETE FROM record_logentry WHERE event_id = %s", 42, "entry 42 of the log is missing"),
    ],
)
def test_the_first_entry_that_was_tampered_with_is_named(long_log: list[Event], sql: str, index: int, why: str) -> None:
    tamper(sql, LogEntry.objects.get(index=index).event_id)
    found = list(faults())
    assert (found[0].index, found[0].why.en) == (index, why)
    status, lines = verify()
    assert (status, lines[0]) == (1, f"here: {why}")


def test_a_whole_chain_written_anew_with_fitting_hashes_is_found(long_log: list[Event]) -> None:
    """Event, hash and everything that follows in its chain are made to fit: the record alone cannot tell any more."""
    chained = [event for event in long_log if event.chain == uuid.UUID(int=2)]
    previous = bytes(chained[9].previous)
    for event in chained[9:]:
        event.previous = previous
        event.body = {"n": event.seq, "other": True}
        event.hash = chain.link(previous, entry_of(event))
        tamper("UPDATE record_event SET previous = %s, body = %s, hash = %s WHERE id = %s",
               previous, json.dumps(event.body), event.hash, event.pk)  # fmt: skip
        previous = event.hash
    assert list(broken_chains(uuid.UUID(int=2))) == []
    found = list(faults())
    assert (found[0].index, found[0].why.en) == (9, "entry 9: the event is not the one whose hash was appended")
    assert "the checkpoint at 200 has not the root that the events give" in [one.why.en for one in found]


def test_a_changed_tile_is_named(long_log: list[Event]) -> None:
    tamper("UPDATE record_logtile SET hashes = sha256('other') || substr(hashes, 33) WHERE level = 1")
    assert told() == ["tile 1/0 is not what the events give"]


def test_a_tile_that_is_gone_is_named_and_stops_the_proofs_that_need_it(long_log: list[Event]) -> None:
    tamper("DELETE FROM record_logtile WHERE level = 0 AND number = 1")
    assert "tile 0/1 is not what the events give" in told()
    with pytest.raises(TileMissing, match="Tile 0/1"):
        queries.inclusion(260, 300)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "UPDATE record_checkpoint SET root = sha256('x') WHERE size = 200",
            "It is about something else than its row.",
        ),
        ("UPDATE record_checkpoint SET note = replace(note, '200', '201') WHERE size = 200", "does not hold"),
        ("UPDATE record_checkpoint SET note = 'nothing' WHERE size = 200", "A note is text"),
    ],
)
def test_a_forged_checkpoint_is_found(long_log: list[Event], sql: str, why: str) -> None:
    tamper(sql)
    found = told()
    assert len(found) == 1
    assert found[0].startswith("the checkpoint at 200 is not signed as it should be")
    assert why in found[0]


def test_a_checkpoint_that_another_key_signed_is_found(long_log: list[Event]) -> None:
    other = Signer("testserver/log", bytes(32))
    note = sign_note(split_note(Checkpoint.objects.get(size=200).note)[0], other)
    tamper("UPDATE record_checkpoint SET note = %s WHERE size = 200", note)
    assert told() == [
        "the checkpoint at 200 is not signed as it should be: No key that is trusted here signed this note."
    ]


def test_entries_that_were_cut_off_at_the_end_are_missed(long_log: list[Event]) -> None:
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_logentry WHERE index >= 290")
    found = told()
    assert "the log says that it has 300 entries, and 290 are there" in found
    assert "a checkpoint speaks of 300 entries; the log is shorter" in found


@pytest.mark.parametrize("table", ["record_logentry", "record_checkpoint"])
def test_the_database_refuses_to_change_or_empty_what_was_published(long_log: list[Event], table: str) -> None:
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET {'index = index' if 'entry' in table else 'size = size'}"):
        with pytest.raises(Exception, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# -- witnesses


@pytest.fixture
def witnessed(world: World) -> Checkpoint:
    """A checkpoint that the trusted witness may cosign."""
    trust_witness(WITNESS.verifier.text)
    events(3)
    log_everything()
    found = queries.newest_checkpoint()
    assert found is not None
    return found


def line_over(checkpoint: Checkpoint, *, by: Signer = WITNESS, at: datetime = NOON) -> str:
    text, _ = split_note(checkpoint.note)
    return text + "\n" + cosign(checkpoint.note, by, int(at.timestamp()))


def post(note: str) -> tuple[int, str]:
    answer = Client().post("/log/cosign", note, content_type="text/plain")
    return answer.status_code, answer.content.decode()


def test_a_witness_cosigns_and_everybody_gets_its_line(witnessed: Checkpoint) -> None:
    with clock.at(NOON):
        status, line = post(line_over(witnessed))
    assert status == 200
    note = Client().get("/log/checkpoint").content.decode()
    assert note == witnessed.note + line
    key = read_verifier(LogKey.objects.get().text)
    assert len(open_note(note, [key, WITNESS.verifier]).by) == 2
    page = Client(headers={"accept-language": "en"}).get("/log/").content.decode()
    assert "seen by school.example/witness" in page
    assert told() == []


def test_the_same_cosignature_again_changes_nothing_and_a_newer_one_takes_its_place(witnessed: Checkpoint) -> None:
    with clock.at(NOON + HOUR):
        for at in (NOON, NOON, NOON + HOUR, NOON):
            assert post(line_over(witnessed, at=at))[0] == 200
    assert Cosignature.objects.get().seen_at == NOON + HOUR


def test_who_is_not_trusted_cosigns_nothing(witnessed: Checkpoint) -> None:
    stranger = Signer("stranger.example", bytes(32), COSIGNATURE)
    assert post(line_over(witnessed, by=stranger))[0] == 422
    distrust_witness(WITNESS.name)
    assert post(line_over(witnessed)) == (422, post(line_over(witnessed, by=stranger))[1])
    assert not Cosignature.objects.exists()


def test_a_cosignature_over_another_log_of_that_size_is_a_conflict(witnessed: Checkpoint) -> None:
    forged = Signed("testserver/log", witnessed.size, bytes(32)).text
    note = forged + "\n" + WITNESS.line(forged, int(NOON.timestamp()))
    with clock.at(NOON):
        assert post(note)[0] == 409
        with pytest.raises(Conflict, match="evidence"):
            accept_cosignature(note)


def test_a_cosignature_that_was_altered_or_is_of_tomorrow_is_refused(witnessed: Checkpoint) -> None:
    with clock.at(NOON):
        tomorrow = line_over(witnessed, at=NOON + timedelta(days=1))
        assert post(tomorrow)[0] == 422
        text, _, line = line_over(witnessed).partition("\n\n")
        name, encoded = line.removeprefix("— ").split(" ")
        raw = bytearray(base64.b64decode(encoded))
        raw[-1] ^= 1
        assert post(f"{text}\n\n— {name} {base64.b64encode(raw).decode()}\n")[0] == 422
        assert post("nothing")[0] == 422
        assert post("x" * 70_000)[0] == 422
    assert not Cosignature.objects.exists()


def test_a_cosignature_that_was_changed_in_the_database_is_found(witnessed: Checkpoint) -> None:
    with clock.at(NOON):
        post(line_over(witnessed))
    other = WITNESS.line("something else\n", 5)
    Cosignature.objects.update(line=other)
    assert told()[0].startswith(
        f"the checkpoint at {witnessed.size} is not signed as it should be: The signature of school.example"
    )


def test_trusting_and_ending_a_witness_stands_in_the_record(witnessed: Checkpoint) -> None:
    distrust_witness(WITNESS.name)
    verbs = list(Event.objects.filter(subject="log").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["witness_trusted", "log_key", "witness_ended"]
    assert (list(broken_chains()), list(cut_chains())) == ([], [])


def test_a_witness_is_trusted_once_and_only_with_a_key_for_cosigning(witnessed: Checkpoint) -> None:
    with pytest.raises(Conflict, match="already"):
        trust_witness(WITNESS.verifier.text)
    with pytest.raises(Refused, match="the key of a log"):
        trust_witness(Signer("other", bytes(32)).verifier.text)
    with pytest.raises(Refused, match="no key of a witness"):
        trust_witness("nothing")
    with pytest.raises(Refused, match="no witness called"):
        distrust_witness("nobody")


# -- over HTTP


def test_an_event_is_proven_by_what_the_page_of_its_matter_links_to(world: World) -> None:
    matter = a_repair(world)
    size = log_everything()
    event = Event.objects.get(chain=matter.pk)
    told_of = Client().get(f"/log/proof/inclusion?event={event.pk}").json()
    signed = read_checkpoint(open_note(told_of["checkpoint"], [read_verifier(LogKey.objects.get().text)]).text)
    leaf = merkle.leaf_hash(chain.link(bytes(event.previous), entry_of(event)))
    path = [base64.b64decode(step) for step in told_of["path"]]
    assert signed.size == size == told_of["size"]
    assert base64.b64encode(leaf).decode() == told_of["leaf"]
    assert merkle.verify_inclusion(leaf, told_of["index"], signed.size, path, signed.root)


def test_two_checkpoints_are_shown_to_be_of_one_log(long_log: list[Event]) -> None:
    older, newer = (
        read_checkpoint(split_note(Client().get(f"/log/checkpoint?size={size}").content.decode())[0])
        for size in (200, 300)
    )
    answer = Client().get("/log/proof/consistency?first=200&second=300")
    path = [base64.b64decode(step) for step in answer.json()["path"]]
    assert merkle.verify_consistency(200, 300, older.root, newer.root, path)
    assert "max-age=31536000" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/log/proof/inclusion", 422, "either event or index"),
        ("/log/proof/inclusion?index=1&event=1", 422, "either event or index"),
        ("/log/proof/inclusion?index=x", 422, "whole number"),
        ("/log/proof/inclusion?index=-1", 422, "whole number"),
        ("/log/proof/inclusion?index=300", 404, "no such entry"),
        ("/log/proof/inclusion?event=999999999", 404, "no such entry"),
        ("/log/proof/inclusion?index=1&size=250", 404, "no checkpoint at 250"),
        ("/log/proof/inclusion?index=250&size=200", 404, "no such entry"),
        ("/log/proof/consistency?first=0&second=5", 422, "whole number"),
        ("/log/proof/consistency?first=6&second=5", 422, "no more than"),
        ("/log/proof/consistency?first=6&second=301", 404, "no checkpoint at 301"),
        ("/log/proof/consistency?first=6&second=²", 422, "whole number"),
        ("/log/checkpoint?size=250", 404, ""),
        ("/log/tile/0/002", 404, ""),
        ("/log/tile/0/001", 404, ""),
        ("/log/tile/0/001.p/45", 404, ""),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(long_log: list[Event], address: str, status: int, words: str) -> None:
    answer = Client(headers={"accept-language": "en"}).get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_entry_that_no_checkpoint_has_yet_is_promised(world: World) -> None:
    events(2, seed=1)
    log_everything()
    grow(2, seed=2)
    answer = Client(headers={"accept-language": "en"}).get("/log/proof/inclusion?index=3")
    assert (answer.status_code, "within" in answer.content.decode() or "an hour" in answer.content.decode()) == (
        404,
        True,
    )


def test_the_tiles_give_everything_to_whoever_wants_to_work_it_out_again(long_log: list[Event]) -> None:
    whole = Client().get("/log/tile/0/000").content
    part = Client().get("/log/tile/0/001.p/44").content
    found = [(whole + part)[at : at + 32] for at in range(0, 300 * 32, 32)]
    assert merkle.root(found) == bytes(Checkpoint.objects.get(size=300).root)


def test_the_pages_of_the_log_cost_few_queries_and_set_no_cookie(
    witnessed: Checkpoint, django_assert_max_num_queries: Any
) -> None:
    browser = Client()
    browser.get("/log/")
    with django_assert_max_num_queries(8):
        answer = browser.get("/log/")
    assert answer.status_code == 200
    for address in ("/log/checkpoint", "/log/key", "/log/proof/inclusion?index=0"):
        with django_assert_max_num_queries(4):
            answer = browser.get(address)
        assert not answer.cookies
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "Cookie" not in answer.get("Vary", "")


def test_no_word_of_anybody_stands_on_the_pages_of_the_log(world: World) -> None:
    a_repair(world, what="厨房漏水找王小梅", phone="13912345678")
    log_everything()
    for address in ("/log/", "/log/checkpoint", "/log/proof/inclusion?index=0"):
        page = Client().get(address).content.decode()
        assert not [one for one in ("厨房", "王小梅", "13912345678") if one in page]


# -- the commands


def test_the_lateness_job_appends_and_signs(committed_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    a_repair(committed_world)
    call_command("lateness")
    assert "; logged 1" in capsys.readouterr().out
    assert queries.public_log().size == Checkpoint.objects.get().size == 1


def test_the_commands_append_sign_and_tell(committed_world: World) -> None:
    events(3)
    assert shell("append", "--district", HERE) == ["here: 3 appended, 3 in all", "here: checkpoint signed at 3"]
    assert shell("checkpoint", "--district", HERE) == ["here: checkpoint signed at 4"]  # the event of the key
    assert shell("checkpoint", "--district", HERE) == ["here: nothing new since the last checkpoint; none signed"]
    assert shell("trust", WITNESS.verifier.text, "--district", HERE) == [
        "here: school.example/witness is a witness now"
    ]
    assert shell("distrust", WITNESS.name, "--district", HERE) == [
        "here: school.example/witness is no witness any more"
    ]
    assert "back it up" in shell("new-key", "--district", HERE)[0]
    with pytest.raises(CommandError, match="several districts"):
        shell("new-key")
    with pytest.raises(CommandError, match="needs KEY"):
        shell("trust", "--district", HERE)


def shell(*words: str) -> list[str]:
    out = StringIO()
    call_command("log", *words, "--lang", "en", stdout=out)
    return out.getvalue().splitlines()
