"""Messages to phones, sent to a real server on this machine."""

from __future__ import annotations

import json
import logging
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from linli.people.entrance.channels import FileChannel, HttpChannel, Message, NotSent, channel_from
from linli.people.models import SignInCode
from tests.entering import sent
from tests.pages import text_of
from tests.world import World

MESSAGE = Message("13800000001", "123456", "验证码 123456")


class Sender(HTTPServer):
    """Answers with the statuses it was given, in turn, and keeps what it was asked."""

    statuses: list[int]
    asked: list[tuple[str, dict[str, Any], str]]


class _Handler(BaseHTTPRequestHandler):
    server: Sender

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body, self.headers.get("Authorization", "")))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def sender() -> Iterator[Sender]:
    server = Sender(("127.0.0.1", 0), _Handler)
    server.statuses, server.asked = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def to(sender: Sender, *, token: str = "") -> HttpChannel:
    found = channel_from(f"http:http://127.0.0.1:{sender.server_port}/send?app=1", home=Path(), token=token)
    assert isinstance(found, HttpChannel)
    return found


def test_a_message_is_posted_with_its_template_and_the_token(sender: Sender) -> None:
    to(sender, token="t0ken").send(MESSAGE)
    body = {"phone": "13800000001", "code": "123456", "text": "验证码 123456", "template": "sign-in"}
    assert sender.asked == [("/send?app=1", body, "Bearer t0ken")]


@pytest.mark.parametrize(("statuses", "asked"), [([500], 2), ([429], 2), ([503, 202], 2), ([200], 1)])
def test_a_failure_that_may_pass_is_tried_once_more(sender: Sender, statuses: list[int], asked: int) -> None:
    sender.statuses = statuses
    to(sender).send(MESSAGE)
    assert len(sender.asked) == asked


@pytest.mark.parametrize(("statuses", "asked"), [([500, 500], 2), ([400], 1), ([401], 1), ([302, 302], 2)])
def test_what_is_refused_is_not_sent_and_the_reason_names_no_number(
    sender: Sender, statuses: list[int], asked: int
) -> None:
    sender.statuses = list(statuses)
    with pytest.raises(NotSent) as failed:
        to(sender).send(MESSAGE)
    assert len(sender.asked) == asked
    assert all(path == "/send?app=1" for path, _, _ in sender.asked)
    assert str(statuses[0]) in str(failed.value)
    assert "138" not in str(failed.value)


def test_a_sender_that_does_not_answer_is_given_up_soon(sender: Sender) -> None:
    silent = HTTPServer(("127.0.0.1", 0), _Handler)  # accepts, and never reads
    try:
        with pytest.raises(NotSent, match="could not be reached"):
            HttpChannel(f"http://127.0.0.1:{silent.server_port}/", seconds=0.2).send(MESSAGE)
    finally:
        silent.server_close()
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        HttpChannel(f"http://127.0.0.1:{silent.server_port}/").send(MESSAGE)


def test_a_sender_that_fails_costs_the_person_a_sentence_and_nothing_else(
    sender: Sender, world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEMO, settings.SMS = False, to(sender)
    sender.statuses = [500, 500]
    client = Client(headers={"accept-language": "zh-CN"})
    page = client.post("/sign-in/phone/", {"phone": "138 0000 0001"})
    assert page.status_code == 422
    assert "验证码没有发出去" in text_of(page)
    assert 'value="138 0000 0001"' in page.content.decode()
    assert not SignInCode.objects.exists()
    said = [record.getMessage() for record in caplog.records if record.name.startswith("linli")]
    assert said == ["A code was not sent: the sender of messages answered 500"]


def test_a_code_that_was_posted_lets_in(sender: Sender, world: World, settings: Settings) -> None:
    settings.DEMO, settings.SMS = False, to(sender)
    client = Client(headers={"accept-language": "en"})
    client.post("/sign-in/phone/", {"phone": "13800000001"})
    _, body, _ = sender.asked[0]
    assert body["code"] in body["text"]
    assert body["text"].startswith("[Linli]")
    assert client.post("/sign-in/code/", {"code": body["code"]}).status_code == 303
    assert client.get("/mine/").status_code == 200


def test_the_file_is_for_its_owner_alone_and_only_ever_grows(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    channel = FileChannel(path)
    channel.send(MESSAGE)
    channel.send(MESSAGE)
    assert [one["code"] for one in sent(path)] == ["123456", "123456"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(NotSent):
        FileChannel(tmp_path / "missing" / "x").send(MESSAGE)


def test_the_setting_names_a_channel_or_stops_the_start(tmp_path: Path) -> None:
    assert channel_from("", home=tmp_path) is None
    assert channel_from("file", home=tmp_path) == FileChannel(tmp_path / "messages.jsonl")
    assert channel_from("file:/tmp/x", home=tmp_path) == FileChannel(Path("/tmp/x"))
    assert channel_from("http:https://sender.example/a", home=tmp_path) == HttpChannel("https://sender.example/a")
    for wrong in ("mail:x", "http:http://sender.example/", "http:", "http:ftp://127.0.0.1/", "https://sender.example/"):
        with pytest.raises(ValueError, match="LINLI_SMS"):
            channel_from(wrong, home=tmp_path)


def test_codes_and_numbers_stay_out_of_the_log_of_a_working_channel(
    sender: Sender, world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEMO, settings.SMS = False, to(sender)
    caplog.set_level(logging.DEBUG)
    Client().post("/sign-in/phone/", {"phone": "13800000001"})
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert sender.asked[0][1]["code"] not in said
    assert "13800000001" not in said
