"""A witness against real servers: the product's own, and one that rewrites its log behind the witness's back."""

from __future__ import annotations

import base64
import http.server
import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.management import CommandError, call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client

from linli.districts.models import Address, District
from linli.lib import merkle
from linli.lib.notes import COSIGNATURE, Checkpoint, Signer, open_note, sign_note
from linli.lib.refusals import Refused
from linli.record.log.actions import append_new, sign_checkpoint, trust_witness
from linli.record.log.witness import observe, witness_key
from linli.record.models import Cosignature, LogKey
from tests.conftest import HERE
from tests.world import World, a_repair

LOG = Signer("dishonest.example/log", bytes(range(32)))


@contextmanager
def serving(server: http.server.HTTPServer, finally_: Callable[[], object] = lambda: None) -> Iterator[str]:
    def work() -> None:
        server.serve_forever(poll_interval=0.02)
        finally_()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def close_here() -> None:
    """The connection of the thread that serves."""
    connection.close()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class OtherLog(http.server.BaseHTTPRequestHandler):
    """A log that shows whatever leaves the test gives it, rightly signed."""

    leaves: list[bytes] = []
    taken: list[str] = []

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/log/checkpoint":
            self._say(sign_note(Checkpoint(LOG.name, len(self.leaves), merkle.root(self.leaves)).text, LOG))
        else:
            query = parse_qs(asked.query)
            path = merkle.consistency_path(self.leaves[: int(query["second"][0])], int(query["first"][0]))
            self._say(json.dumps({"path": [base64.b64encode(step).decode() for step in path]}))

    def do_POST(self) -> None:
        self.taken.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._say("")

    def _say(self, words: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def other_log() -> Iterator[str]:
    OtherLog.leaves, OtherLog.taken = [merkle.leaf_hash(str(number).encode()) for number in range(5)], []
    with serving(http.server.HTTPServer(("127.0.0.1", 0), OtherLog)) as address:
        yield address


@pytest.fixture
def witness(tmp_path: Path) -> Signer:
    return witness_key(tmp_path / "key", "school.example/witness")


def test_a_witness_cosigns_what_only_grew(other_log: str, witness: Signer, tmp_path: Path) -> None:
    state, key = tmp_path / "seen", LOG.verifier.text
    assert observe(other_log, witness, state, log_key=key).size == 5
    OtherLog.leaves.append(merkle.leaf_hash(b"more"))
    assert observe(other_log, witness, state).size == 6
    assert observe(other_log, witness, state).size == 6
    assert len(OtherLog.taken) == 3
    assert [verifier for verifier, _ in open_note(OtherLog.taken[1], [witness.verifier]).by] == [witness.verifier]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda leaves: leaves[:4], "became shorter: 5 entries last time, 4 now"),
        (lambda leaves: [merkle.leaf_hash(b"other"), *leaves[1:]], "does not continue the one at 5"),
        (lambda leaves: [merkle.leaf_hash(b"other"), *leaves[1:], *leaves], "does not continue the one at 5"),
    ],
)
def test_a_log_that_was_rewritten_is_not_cosigned_and_the_evidence_is_kept(
    other_log: str, witness: Signer, tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], why: str
) -> None:
    state = tmp_path / "seen"
    observe(other_log, witness, state, log_key=LOG.verifier.text)
    before = state.read_text()
    OtherLog.leaves = change(OtherLog.leaves)
    with pytest.raises(Refused, match=why):
        observe(other_log, witness, state)
    assert len(OtherLog.taken) == 1
    assert state.read_text() == before, "the log must come back to what was seen"
    evidence = next(tmp_path.glob("seen.evidence-*")).read_text()
    assert evidence.count(f"\n— {LOG.name} ") == 2


def test_a_log_under_another_key_is_not_cosigned(other_log: str, witness: Signer, tmp_path: Path) -> None:
    stranger = Signer(LOG.name, bytes(32)).verifier.text
    with pytest.raises(Refused, match="not signed as it should be"):
        observe(other_log, witness, tmp_path / "seen", log_key=stranger)
    with pytest.raises(Refused, match="The first time, give the log's public key"):
        observe(other_log, witness, tmp_path / "seen")
    assert OtherLog.taken == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "linli.example", "ftp://linli.example"])
def test_only_addresses_of_the_web_are_asked(url: str, witness: Signer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="whole address"):
        observe(url, witness, tmp_path / "seen", log_key=LOG.verifier.text)


def test_a_witness_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    first = witness_key(path, "school.example/witness")
    assert witness_key(path, "another name") == first
    assert first.kind == COSIGNATURE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_products_own_log_is_witnessed_over_http(committed_world: World, tmp_path: Path) -> None:
    """From the key to the line under the checkpoint, by the command as an operator and a neighbour run it."""
    Address.objects.create(tenant=District.objects.get(schema_name=HERE), domain="127.0.0.1", is_primary=False)
    try:
        a_repair(committed_world)
        append_new()
        sign_checkpoint()
        key = tmp_path / "key"
        made = run("x", "--key", str(key), "--name", "school.example/witness")
        trust_witness(made.split(": ")[-1].strip())
        with serving(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet), close_here) as url:
            first = run(url, "--key", str(key), "--log-key", LogKey.objects.get().text)
            a_repair(committed_world)
            append_new()
            sign_checkpoint(at_once=True)
            second = run(url, "--key", str(key))
            with pytest.raises(CommandError, match="did not answer"):
                run("http://127.0.0.1:9", "--key", str(key))
        assert first == "testserver/log: 1 entries, consistent with the last time; cosigned\n"
        assert second.startswith("testserver/log: 4 entries")
        assert Cosignature.objects.count() == 2
        assert "school.example/witness" in Client().get("/log/checkpoint").content.decode()
    finally:
        Address.objects.filter(domain="127.0.0.1").delete()


def run(*words: str) -> str:
    out = StringIO()
    call_command("log", "witness", *words, "--lang", "en", stdout=out)
    return out.getvalue()
