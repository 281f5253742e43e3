"""How a code reaches a phone: over HTTP to whoever sends messages, or into a file that the demonstration shows.

`LINLI_SMS` names the channel: `http:https://sender.example/path`, `file` or `file:/path`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from linli.lib import clock

SECONDS = 4.0
TIMES = 2
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSent(Exception):
    """The message did not go out. Its text says why for the log, and holds neither the number nor the code."""


@dataclass(frozen=True, slots=True)
class Message:
    """`template` names the text where a sender wants it agreed beforehand, with the code as its only variable."""

    phone: str
    code: str
    text: str
    template: str = "sign-in"


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Raises `NotSent`."""


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Lines of JSON in a file that only its owner reads: for the demonstration, and for trying things out."""

    path: Path

    def send(self, message: Message) -> None:
        line = {"at": clock.now().isoformat(), "phone": message.phone, "code": message.code, "text": message.text}
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise NotSent(f"the file of messages cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class HttpChannel:
    """POSTs `{phone, code, text, template}` as JSON. Tries twice, follows no redirect, and waits a few seconds at the most."""

    address: str
    token: str = ""
    seconds: float = SECONDS

    def send(self, message: Message) -> None:
        why = ""
        for _ in range(TIMES):
            status, why = self._post(message)
            if 200 <= status < 300:
                return
            if 400 <= status < 500 and status not in (408, 429):
                break  # said again it would be refused again
        raise NotSent(why)

    def _post(self, message: Message) -> tuple[int, str]:
        """The status, 0 for none, and what to write into the log."""
        to = urlsplit(self.address)
        body = {"phone": message.phone, "code": message.code, "text": message.text, "template": message.template}
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        connection = _connection(to, self.seconds)
        try:
            connection.request("POST", _path(to), json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            answer.read(1024)
        except (OSError, HTTPException) as error:
            return 0, f"the sender of messages could not be reached: {type(error).__name__}"
        finally:
            connection.close()
        return answer.status, f"the sender of messages answered {answer.status}"


def _connection(to: SplitResult, seconds: float) -> HTTPConnection:
    kind = HTTPSConnection if to.scheme == "https" else HTTPConnection
    return kind(to.hostname or "", to.port, timeout=seconds)


def _path(to: SplitResult) -> str:
    return (to.path or "/") + (f"?{to.query}" if to.query else "")


def channel_from(given: str, *, home: Path, token: str = "") -> Channel | None:
    """The channel that `LINLI_SMS` names; None where it is empty. `ValueError` for what names none.

    Numbers and codes go over the network encrypted, or no further than this machine.
    """
    kind, _, where = given.partition(":")
    if not given:
        return None
    if kind == "file":
        return FileChannel(Path(where) if where else home / "messages.jsonl")
    to = urlsplit(where)
    if kind == "http" and to.hostname and (to.scheme == "https" or (to.scheme == "http" and to.hostname in LOOPBACK)):
        return HttpChannel(where, token)
    raise ValueError(
        "LINLI_SMS is not understood. Say file:/path, or http:https://sender/path (http:// only on this machine). / "
        "LINLI_SMS 无法识别。请写 file:/路径，或 http:https://短信服务地址（本机以外只能用 https）。"
    )
