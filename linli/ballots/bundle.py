"""The published bundle of a ballot: one file of canonical JSON (RFC 8785) in which every byte is bound.

    {"content": {…everything…}, "seal": {"note": signed checkpoint}}

The last leaf of the ballot's log is the digest of the content, and the seal signs the log with that leaf. So a changed byte of the
content changes the digest, and a changed byte of the seal breaks its signature. What is not in canonical form is refused first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.ballots import log
from linli.ballots.casting import Ballot
from linli.ballots.draw import draw
from linli.ballots.elections.publication import election_from, published
from linli.ballots.publication import Question, Turnout, publish
from linli.ballots.roll import Roll
from linli.counting.rules import as_plain, rule_from, said_from
from linli.counting.tally import YES, Weight
from linli.lib import merkle
from linli.lib.notes import Checkpoint, Signer, sign_note
from linli.lib.text import Said
from linli.record.chain import canonical

FORMAT = "linli-ballot/1"
BALLOT_ID = re.compile(r"[A-Za-z0-9._-]{1,80}", re.ASCII)
QUESTION_ID = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
MOST_BYTES = 1024 * 1024 * 1024
BEFORE, BETWEEN, BEHIND = b'{"content":', b',"seal":', b"}"
PARTED = 4  # content, results, one question, its tokens: what was chosen lies below
NOT_JSON = Said("这不是一份完好的 JSON 文件。", "This is no sound JSON file.")
NOT_CANONICAL = Said(
    "文件不是规范形式：有多余的字节、重复的键或不同的写法。请重新下载原件。",
    "The file is not in canonical form: spare bytes, a key twice, or another way of writing. Fetch the original again.",
)
NOT_A_BUNDLE = Said("这不是表决公开包（linli-ballot/1）。", "This is no bundle of a ballot (linli-ballot/1).")


class BadBundle(Exception):
    """A file that is no bundle; the sentence says why."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Audit:
    """The draw after the close: the public chance, how many were drawn, and which of them differed from the log."""

    chance: str
    picks: int
    differing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """A ballot after its close, with the secrets that nobody else may see. `salts`: one for each question."""

    id: str
    title: Said
    questions: Sequence[Question]
    roll: Roll
    entries: Sequence[log.Entry]
    opening: str
    closing: str
    ballots: Sequence[Ballot]
    delivered: Sequence[str]
    salts: Sequence[bytes]
    audit: Audit | None = None


def checkpoint(ballot: str, entries: Sequence[log.Entry], signer: Signer) -> str:
    """The signed note over the log as it stands, as it is printed on the notices."""
    return _signed(ballot, [log.leaf(entry) for entry in entries], signer)


def _signed(ballot: str, leaves: Sequence[bytes], signer: Signer) -> str:
    return sign_note(Checkpoint(origin(signer.name, ballot), len(leaves), merkle.root(leaves)).text, signer)


def origin(name: str, ballot: str) -> str:
    return f"{name}/ballot/{ballot}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The bytes of the file, what is told of each question in it without its tokens, and who is elected."""

    data: bytes
    told: tuple[Mapping[str, Any], ...]
    elected: Mapping[str, Any] | None = None


def make(closed: Closed, signer: Signer) -> bytes:
    """The bytes of the bundle."""
    return publish_whole(closed, signer).data


def publish_whole(closed: Closed, signer: Signer) -> Bundle:
    """Each question is written down before the next is cut into tokens: a large ballot has millions of them."""
    entries = [log.written(entry) for entry in closed.entries]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    turnout = _turnout(closed)
    results = [
        _written(publish(question, closed.ballots, turnout, salt))
        for question, salt in zip(closed.questions, closed.salts, strict=True)
    ]
    parts = {name: [canonical(value)] for name, value in _small_parts(closed, turnout, signer).items()}
    told = tuple(one for _, one in results)
    elected = _elected(closed, turnout, told)
    parts |= {"log": _log(closed, entries, leaves), "results": _list(written for written, _ in results)}
    parts |= {"election": [canonical(elected)]} if elected else {}
    content, digest = _object(parts), hashlib.sha256()
    for part in content:
        digest.update(part)
    note = _signed(closed.id, [*leaves, log.leaf(log.published(closed.id, digest.hexdigest()))], signer)
    return Bundle(bound(content, {"note": note}), told, elected)


def _elected(closed: Closed, turnout: Turnout, told: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Only a ballot with an election has this part; the one of a ballot without is written as it always was."""
    entry = next((one for one in closed.entries if one["what"] == "election"), None)
    if entry is None:
        return None
    withdrawn = [one["candidate"] for one in closed.entries if one["what"] == "withdrawn"]
    election = election_from(entry, closed.questions, withdrawn)
    return published(election, told, {name: _votes(closed, turnout, name) for name in election.names})


def _votes(closed: Closed, turnout: Turnout, question: str) -> Weight:
    return turnout.weight(ballot.subject for ballot in closed.ballots if ballot.choices[question] == YES)


def _written(published: Mapping[str, Any]) -> tuple[bytes, Mapping[str, Any]]:
    return canonical(published), {name: value for name, value in published.items() if name != "tokens"}


def _object(parts: Mapping[str, Sequence[bytes]]) -> list[bytes]:
    """A canonical object in pieces, to be joined once."""
    found = [b"{"]
    for name in sorted(parts):
        found += [canonical(name), b":", *parts[name], b","]
    return [*found[:-1], b"}"]


def _list(parts: Iterable[bytes]) -> list[bytes]:
    between = [piece for part in parts for piece in (b",", part)]
    return [b"[", *between[1:], b"]"]


def bound(content: Iterable[bytes], seal: Mapping[str, Any]) -> bytes:
    """The file, from the pieces of its content."""
    return b"".join((BEFORE, *content, BETWEEN, canonical(dict(seal)), BEHIND))


def read(data: bytes) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Content, seal and the digest of the content; `BadBundle` for whatever is not the one way to write a bundle."""
    try:
        whole = json.loads(data.decode())
        digest = _digest(data, whole["content"], canonical(whole["seal"]))
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise BadBundle(NOT_JSON) from None
    if digest is None:
        raise BadBundle(NOT_CANONICAL)
    if not isinstance(whole["content"], dict) or whole["content"].get("format") != FORMAT:
        raise BadBundle(NOT_A_BUNDLE)
    return whole["content"], whole["seal"], digest


def _digest(data: bytes, content: Any, seal: bytes) -> str | None:
    """The digest of the content as it is written in the one way; nothing where the file is written in another.

    Compared part by part, so that a large file does not stand in memory twice.
    """
    digest, place = hashlib.sha256(), len(BEFORE)
    for part in _parts(content, PARTED):
        if not data.startswith(part, place):
            return None
        digest.update(part)
        place += len(part)
    same = data.startswith(BEFORE) and data[place:] == BETWEEN + seal + BEHIND
    return digest.hexdigest() if same else None


def _parts(value: Any, depth: int) -> Iterator[bytes]:
    """The canonical form in pieces: what lies at this depth is written whole."""
    if depth and type(value) is dict and value and all(type(name) is str and name.isascii() for name in value):
        for number, name in enumerate(sorted(value)):
            yield (b"," if number else b"{") + canonical(name) + b":"
            yield from _parts(value[name], depth - 1)
        yield b"}"
    elif depth and type(value) is list and value:
        for number, one in enumerate(value):
            yield b"," if number else b"["
            yield from _parts(one, depth - 1)
        yield b"]"
    else:
        yield canonical(value)


def question_plain(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "title": {"zh": question.title.zh, "en": question.title.en},
        "rule": as_plain(question.rule),
        "silent": question.silent,
    }


def question_from(plain: Mapping[str, Any]) -> Question:
    if plain.keys() != {"id", "title", "rule", "silent"}:
        raise ValueError("A question has an id, a title, a rule and what its silent ones count as.")
    if not QUESTION_ID.fullmatch(plain["id"]):
        raise ValueError("The id of a question is made of a-z, 0-9 and hyphens.")
    rule = rule_from(plain["rule"])
    rule.require_silent(plain["silent"])
    return Question(plain["id"], said_from(plain["title"]), rule, plain["silent"])


def _turnout(closed: Closed) -> Turnout:
    voters = [ballot.subject for ballot in closed.ballots]
    return Turnout(closed.roll.subjects, voters, closed.delivered, closed.entries[0]["coin_area"])


def _small_parts(closed: Closed, turnout: Turnout, signer: Signer) -> dict[str, Any]:
    """Everything but the log and the results."""
    title = closed.title
    return {
        "format": FORMAT,
        "ballot": closed.id,
        "title": {"zh": title.zh, "en": title.en},
        "questions": [question_plain(question) for question in closed.questions],
        "coin_area": turnout.coin_area,
        "key": signer.verifier.text,
        "roll": {**closed.roll.notice, "rows": [row.plain for row in closed.roll.rows]},
        "delivered": sorted(closed.delivered),
        "audit": _audit(closed, turnout.voters),
    }


def _log(closed: Closed, entries: Sequence[bytes], leaves: Sequence[bytes]) -> list[bytes]:
    opened = next(index for index, entry in enumerate(closed.entries) if entry["what"] == "open") + 1
    return _object(
        {
            "entries": _list(entries),
            "opening": [canonical(closed.opening)],
            "closing": [canonical(closed.closing)],
            "consistency": [canonical([step.hex() for step in merkle.consistency_path(leaves, opened)])],
        }
    )


def _audit(closed: Closed, voters: Sequence[str]) -> dict[str, Any] | None:
    if closed.audit is None:
        return None
    walked = log.walk(closed.entries, frozenset(closed.roll.subjects))
    indexes = [walked.live[tag] for tag in voters]
    picks = draw(closed.id, log.root(closed.entries), closed.audit.chance, indexes, closed.audit.picks)
    return {"chance": closed.audit.chance, "picks": picks, "differing": sorted(closed.audit.differing)}
