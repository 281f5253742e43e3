"""A witness: fetches a log's newest checkpoint, sees that the log was only added to since the last one, and cosigns.

It needs no database and no trust in the server. What it saw is kept in a file; the first checkpoint is taken as it is, and from
then on the log cannot be rewritten without the witness refusing and keeping both checkpoints as evidence.
"""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from linli.lib.merkle import verify_consistency
from linli.lib.notes import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    cosign,
    new_private_key,
    open_note,
    read_checkpoint,
    read_verifier,
    split_note,
)
from linli.lib.refusals import Refused
from linli.lib.text import Said

PATIENCE = 20  # seconds
MOST_BYTES = 200_000
NO_ANSWER = Said("{url} 没有应答：{why}", "{url} did not answer: {why}")
NO_URL = Said("请写完整网址，如 https://linli.example", "Give a whole address, such as https://linli.example")
NO_KEY = Said(
    "第一次见证请用 --log-key 写明日志的公钥（在 {url}/log/ 页面上，请从别的渠道核对）。",
    "The first time, give the log's public key by --log-key; it stands at {url}/log/, and should be checked by another way.",
)
SHRUNK = Said(
    "日志变短了：上次 {was} 条，现在 {now} 条。没有联署。两份检查点存在 {evidence}。",
    "The log became shorter: {was} entries last time, {now} now. Not cosigned. Both checkpoints are in {evidence}.",
)
REWRITTEN = Said(
    "日志被改写：{was} 条的旧检查点与 {now} 条的新检查点对不上。没有联署。两份检查点存在 {evidence}。",
    "The log was rewritten: its checkpoint at {now} does not continue the one at {was}. Not cosigned. Both are in {evidence}.",
)
NOT_SIGNED = Said("检查点的签名不对：{why}", "The checkpoint is not signed as it should be: {why}")
BROKEN = Said("{url} 的应答读不懂。", "The answer of {url} cannot be read.")


@dataclass(frozen=True, slots=True)
class Seen:
    """The checkpoint seen last, and under which key."""

    log_key: str
    note: str


def witness_key(path: Path, name: str) -> Signer:
    """The witness's key; a file that is not there is made, for its owner alone to read."""
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump({"name": name, "private": base64.b64encode(new_private_key()).decode()}, file)
    kept = json.loads(path.read_text("ascii"))
    return Signer(kept["name"], base64.b64decode(kept["private"]), COSIGNATURE)


def observe(url: str, witness: Signer, state: Path, *, log_key: str = "") -> Checkpoint:
    """Look once. Refuses, and keeps the evidence, when the log is not the one seen before with more behind it."""
    base = _base(url)
    last = Seen(**json.loads(state.read_text("utf-8"))) if state.exists() else None
    key = log_key or (last.log_key if last else "")
    if not key:
        raise Refused(NO_KEY.filled(url=base))
    note = _get(f"{base}/log/checkpoint")
    checkpoint = _opened(note, key)
    if last is not None:
        _compare(base, last, note, checkpoint, state)
    text, _ = split_note(note)
    _keep(state, Seen(key, note))
    _post(f"{base}/log/cosign", text + "\n" + cosign(note, witness, int(time.time())))
    return checkpoint


def _compare(base: str, last: Seen, note: str, now: Checkpoint, state: Path) -> None:
    was = _opened(last.note, last.log_key)
    if now.origin == was.origin and now.size >= was.size and _continues(base, was, now):
        return
    evidence = state.with_name(f"{state.name}.evidence-{now.size}")
    evidence.write_text(f"{last.note}\n{note}", "utf-8")
    sentence = SHRUNK if now.size < was.size else REWRITTEN
    raise Refused(sentence.filled(was=was.size, now=now.size, evidence=evidence))


def _continues(base: str, was: Checkpoint, now: Checkpoint) -> bool:
    if was.size == now.size:
        return was.root == now.root
    address = f"{base}/log/proof/consistency?first={was.size}&second={now.size}"
    try:
        path = [base64.b64decode(step) for step in json.loads(_get(address))["path"]]
    except (KeyError, TypeError, ValueError):
        raise Refused(BROKEN.filled(url=address)) from None
    return verify_consistency(was.size, now.size, was.root, now.root, path)


def _opened(note: str, key: str) -> Checkpoint:
    try:
        return read_checkpoint(open_note(note, _keys(key)).text)
    except BadNote as bad:
        raise Refused(NOT_SIGNED.filled(why=bad)) from None


def _keys(text: str) -> list[Verifier]:
    return [read_verifier(one) for one in text.split()]


def _keep(state: Path, seen: Seen) -> None:
    """Before cosigning: what was signed must never be forgotten."""
    fresh = state.with_name(f"{state.name}.new")
    fresh.write_text(json.dumps(asdict(seen)), "utf-8")
    fresh.replace(state)


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused(NO_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _get(address: str) -> str:
    return _ask(urllib.request.Request(address))  # noqa: S310 http and https alone, see _base


def _post(address: str, body: str) -> str:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return _ask(urllib.request.Request(address, body.encode(), headers))  # noqa: S310


def _ask(request: urllib.request.Request) -> str:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            body: Any = answer.read(MOST_BYTES)
            return str(body, "utf-8")
    except urllib.error.HTTPError as error:
        why = error.read(2000).decode("utf-8", "replace").strip() or str(error)
        raise Refused(NO_ANSWER.filled(url=request.full_url, why=why)) from None
    except (OSError, ValueError) as error:
        raise Refused(NO_ANSWER.filled(url=request.full_url, why=error)) from None
