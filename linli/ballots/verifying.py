"""Checking a published bundle whole: without Django, network or database, from the file alone.

`verify` says step by step what it checked; the first step that does not hold ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from linli.ballots import log
from linli.ballots.bundle import BALLOT_ID, BadBundle, origin, question_from, question_plain, read
from linli.ballots.draw import draw
from linli.ballots.elections.publication import BadElection, Election, election_from, recount_election
from linli.ballots.elections.sayings import elected_said
from linli.ballots.explaining import VERDICTS, square_metres
from linli.ballots.publication import FULL, BadPublication, Question, Turnout, recount
from linli.ballots.roll import Roll, Row
from linli.ballots.rounding import bands, could_be, span
from linli.ballots.sayings import (
    AUDIT,
    BAD_AUDIT,
    BAD_CHECKPOINT,
    BAD_DELIVERED,
    BAD_KEY,
    BAD_NOTICE,
    BAD_RESULTS,
    BAD_ROLL,
    BAD_ROUNDED,
    BAD_SEAL,
    CHECKPOINTS,
    ELECTED,
    ELECTED_ROUNDED,
    ELECTION,
    FORM,
    KEY_GIVEN,
    KEY_NOT_GIVEN,
    LOG,
    MALFORMED,
    NO_AUDIT,
    RECOUNTED,
    ROLL,
    ROUNDED_ONLY,
    RULE_OTHER,
    RULE_SHIPPED,
    SEAL,
    SECOND,
    WITHDRAWN,
)
from linli.counting.rules import BadRule, said_from, shipped
from linli.counting.tally import Result, Weight
from linli.lib import merkle
from linli.lib.notes import BadNote, Verifier, open_note, read_checkpoint, read_verifier, split_note
from linli.lib.text import Said

FIELDS = frozenset(
    {
        "format",
        "ballot",
        "title",
        "questions",
        "coin_area",
        "key",
        "roll",
        "log",
        "delivered",
        "results",
        "audit",
    }
)


class Broken(Exception):
    """A step of the check that does not hold."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` is false for what is broken, none for what could not be checked and must be known."""

    ok: bool | None
    sentence: Said


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose form is sound, taken apart."""

    content: Mapping[str, Any]
    note: str
    digest: str
    key: Verifier
    questions: tuple[Question, ...]
    roll: Roll
    leaves: tuple[bytes, ...]
    walked: log.Walk

    @property
    def entries(self) -> Sequence[log.Entry]:
        found: Sequence[log.Entry] = self.content["log"]["entries"]
        return found

    @property
    def election(self) -> Election | None:
        told = self.walked.election
        return election_from(told, self.questions, self.walked.withdrawn) if told else None

    @property
    def turnout(self) -> Turnout:
        return Turnout(self.roll.subjects, list(self.walked.live), self.content["delivered"], self.content["coin_area"])


@dataclass(slots=True)
class Examined:
    """What a check found, in order; the bundle if its form is sound; the results that were recounted on the way."""

    findings: list[Finding] = field(default_factory=list)
    bundle: Bundle | None = None
    results: list[Result] = field(default_factory=list)


def verify(data: bytes, key: str | None = None) -> list[Finding]:
    """All findings, in order; every one with `ok` not false means that the bundle holds."""
    return examine(data, key).findings


def examine(data: bytes, key: str | None = None) -> Examined:
    """Everything once: a large bundle takes long."""
    found = Examined()
    try:
        found.bundle = take_apart(data)
        found.findings.append(Finding(True, FORM))
        found.findings += steps(found.bundle, key, found.results)
    except (Broken, BadBundle, BadPublication, BadElection, log.BadLog, BadRule) as wrong:
        found.findings.append(Finding(False, wrong.sentence))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration):
        found.findings.append(Finding(False, MALFORMED))
    return found


def holds(findings: Sequence[Finding]) -> bool:
    return all(finding.ok is not False for finding in findings)


def take_apart(data: bytes) -> Bundle:
    content, seal, digest = read(data)
    if content.keys() - {"election"} != FIELDS or seal.keys() != {"note"} or not BALLOT_ID.fullmatch(content["ballot"]):
        raise Broken(MALFORMED)
    said_from(content["title"])
    roll = _roll(content)
    entries = content["log"]["entries"]
    return Bundle(
        content,
        seal["note"],
        digest,
        _key(content["key"]),
        tuple(question_from(plain) for plain in content["questions"]),
        roll,
        tuple(log.leaf(entry) for entry in entries),
        log.walk(entries, frozenset(roll.subjects)),
    )


def steps(bundle: Bundle, key: str | None, recounted: list[Result]) -> Iterator[Finding]:
    """Each finding; the results of questions published in full are added to `recounted`."""
    yield _seal(bundle)
    yield _trusted(bundle, key)
    yield _notice(bundle)
    yield from _rules(bundle)
    yield from _called(bundle)
    yield _checkpoints(bundle)
    turnout = bundle.turnout
    yield _log(bundle, turnout)
    for question, published in results(bundle):
        yield _result(turnout, question, published, recounted)
    yield from _elected(bundle, turnout)
    yield _audit(bundle)


def _key(text: str) -> Verifier:
    try:
        found = read_verifier(text)
    except BadNote:
        raise Broken(BAD_KEY) from None
    if found.text != text:
        raise Broken(BAD_KEY)
    return found


def _roll(content: Mapping[str, Any]) -> Roll:
    """Rows of sound numbers, in the order of their tags and none twice."""
    rows = [Row(*plain) for plain in content["roll"]["rows"]]
    sound = all(
        type(row.tag) is str and type(row.heads) is int and type(row.area) is int and row.heads > 0 and row.area >= 0
        for row in rows
    )
    if not sound or not rows or any(one.tag >= other.tag for one, other in pairwise(rows)):
        raise Broken(BAD_ROLL)
    return Roll(content["ballot"], tuple(rows))


def _opened(bundle: Bundle, note: str, size: int, root: bytes, sentence: Said) -> None:
    """A signed checkpoint of this ballot's log at this size with this root."""
    try:
        found = read_checkpoint(open_note(note, [bundle.key]).text)
    except BadNote:
        raise Broken(sentence) from None
    wanted = (origin(bundle.key.name, bundle.content["ballot"]), size, root)
    if (found.origin, found.size, found.root) != wanted:
        raise Broken(sentence)


def _seal(bundle: Bundle) -> Finding:
    last = log.leaf(log.published(bundle.content["ballot"], bundle.digest))
    leaves = [*bundle.leaves, last]
    _opened(bundle, bundle.note, len(leaves), merkle.root(leaves), BAD_SEAL)
    text, signatures = split_note(bundle.note)
    if len(signatures) != 1 or text.count("\n") != 3:  # a further line would be bound by nothing
        raise Broken(BAD_SEAL)
    return Finding(True, SEAL.filled(digest=bundle.digest))


def _trusted(bundle: Bundle, key: str | None) -> Finding:
    if key is None:
        return Finding(None, KEY_NOT_GIVEN.filled(key=bundle.key.text))
    if key.strip() != bundle.key.text:
        raise Broken(BAD_KEY)
    return Finding(True, KEY_GIVEN.filled(name=bundle.key.name))


def _notice(bundle: Bundle) -> Finding:
    """The notice in the log said the same ballot, questions and key, and the last roll in the log is this one."""
    content, first = bundle.content, bundle.entries[0]
    if any(first[field] != content[field] for field in ("ballot", "questions", "coin_area", "key")):
        raise Broken(BAD_NOTICE)
    if content["questions"] != [question_plain(question) for question in bundle.questions]:
        raise Broken(BAD_NOTICE)
    told = {field: value for field, value in content["roll"].items() if field != "rows"}
    if not told == bundle.walked.roll == bundle.roll.notice:
        raise Broken(BAD_ROLL)
    if type(content["coin_area"]) is not int or content["coin_area"] < 1:
        raise Broken(BAD_NOTICE)
    due = bundle.roll.due
    return Finding(
        True, ROLL.filled(count=len(bundle.roll.rows), heads=due.heads, area=square_metres(due.area), root=told["root"])
    )


def _rules(bundle: Bundle) -> Iterator[Finding]:
    for question in bundle.questions:
        ours = shipped().get(question.rule.name) == question.rule
        said = RULE_SHIPPED if ours else RULE_OTHER
        yield Finding(
            True if ours else None,
            said.filled(question=question.title, rule=question.rule.title, source=question.rule.source),
        )


def _called(bundle: Bundle) -> Iterator[Finding]:
    """What else the notice said: of which ballot it is the second call, and who is to be elected to how many seats."""
    first, election = bundle.walked.first, bundle.election
    if first is not None:
        yield Finding(None, SECOND.filled(first=first["first"], bundle=first["bundle"] or "—"))
    if (election is not None) != ("election" in bundle.content):
        raise Broken(BAD_NOTICE)
    if election is None:
        return
    yield Finding(
        None,
        ELECTION.filled(
            title=election.title,
            candidates=len(election.questions),
            seats=election.terms.seats,
            seated=election.terms.seated,
            least=election.terms.seating.least,
        ),
    )
    for name in sorted(election.withdrawn):
        yield Finding(None, WITHDRAWN.filled(name=election.names[name]))


def _elected(bundle: Bundle, turnout: Turnout) -> Iterator[Finding]:
    election = bundle.election
    if election is None:
        return
    told = bundle.content["election"]
    exact = recount_election(election, told, bundle.content["results"], turnout.voted)
    said = elected_said(told, election.names)
    yield Finding(True, ELECTED.filled(said=said)) if exact else Finding(None, ELECTED_ROUNDED.filled(said=said))


def _checkpoints(bundle: Bundle) -> Finding:
    told, leaves, opened = bundle.content["log"], list(bundle.leaves), bundle.walked.opened
    first, second = merkle.root(leaves[:opened]), merkle.root(leaves)
    _opened(bundle, told["opening"], opened, first, BAD_CHECKPOINT)
    _opened(bundle, told["closing"], len(leaves), second, BAD_CHECKPOINT)
    path = [bytes.fromhex(step) for step in told["consistency"]]
    if not merkle.verify_consistency(opened, len(leaves), first, second, path):
        raise Broken(BAD_CHECKPOINT)
    return Finding(True, CHECKPOINTS.filled(opening=opened, closing=len(leaves)))


def _log(bundle: Bundle, turnout: Turnout) -> Finding:
    delivered, walked = bundle.content["delivered"], bundle.walked
    known = set(delivered) <= bundle.roll.subjects.keys() - walked.live.keys()
    if not known or delivered != sorted(set(delivered)) or log.digest(delivered) != walked.delivered:
        raise Broken(BAD_DELIVERED)
    voted = turnout.voted
    replaced = sum(entry["replaces"] is not None for entry in walked.casts.values())
    invalid = sum(entry["what"] == "invalid" for entry in bundle.entries)
    return Finding(
        True,
        LOG.filled(
            counted=len(walked.live),
            heads=voted.heads,
            area=square_metres(voted.area),
            replaced=replaced,
            invalid=invalid,
            delivered=len(delivered),
        ),
    )


def results(bundle: Bundle) -> list[tuple[Question, Mapping[str, Any]]]:
    results = bundle.content["results"]
    ids = [question.id for question in bundle.questions]
    if [published["question"] for published in results] != ids or len(set(ids)) != len(ids) or not ids:
        raise Broken(BAD_RESULTS)
    return list(zip(bundle.questions, results, strict=True))


def _result(turnout: Turnout, question: Question, published: Mapping[str, Any], recounted: list[Result]) -> Finding:
    if published["mode"] == FULL:
        result = recount(question, published, turnout)
        recounted.append(result)
        return Finding(True, RECOUNTED.filled(question=question.title, verdict=VERDICTS[result.outcome.verdict]))
    require_rounded(question, published, turnout)
    return Finding(None, ROUNDED_ONLY.filled(question=question.title, verdict=VERDICTS[published["verdict"]]))


def require_rounded(question: Question, published: Mapping[str, Any], turnout: Turnout) -> None:
    """The form of a rounded publication, shares that can belong together, and a verdict that can belong to them."""
    voted = turnout.voted
    number = bands(voted.heads)
    sound = (
        published.keys() == {"question", "mode", "verdict", "bands", "shares", "exact"}
        and published["verdict"] in VERDICTS
        and published["bands"] == number
        and published["shares"].keys() == {"yes", "no", "abstain", "blank"}
        and log.DIGEST.fullmatch(published["exact"])
    )
    if not sound or not all(_together(published["shares"], what, number) for what in ("heads", "area")):
        raise Broken(BAD_ROUNDED.filled(question=question.title))
    if question.silent == "not_counted" and not _possible(question, published, turnout, voted):
        raise Broken(BAD_ROUNDED.filled(question=question.title))


def _possible(question: Question, published: Mapping[str, Any], turnout: Turnout, voted: Weight) -> bool:
    spans = {
        measure: {
            option: span(share[measure], whole, published["bands"]) for option, share in published["shares"].items()
        }
        for measure, whole in (("heads", voted.heads), ("area", voted.area))
    }
    due = turnout.weight(turnout.subjects)
    return could_be(published["verdict"], question.rule, due, voted, spans)


def _together(shares: Mapping[str, Mapping[str, list[int]]], what: str, number: int) -> bool:
    edges = [share[what] for share in shares.values()]
    lows, highs = sum(low for low, _ in edges), sum(high for _, high in edges)
    return lows <= number <= highs and all(0 <= low < number and high == low + 1 for low, high in edges)


def _audit(bundle: Bundle) -> Finding:
    told = bundle.content["audit"]
    if told is None:
        return Finding(None, NO_AUDIT)
    live, picks = list(bundle.walked.live.values()), told["picks"]
    again = draw(bundle.content["ballot"], merkle.root(list(bundle.leaves)), told["chance"], live, len(picks))
    if told.keys() != {"chance", "picks", "differing"} or picks != again or not set(told["differing"]) <= set(picks):
        raise Broken(BAD_AUDIT)
    said = AUDIT.filled(chance=told["chance"], picks=len(picks), differing=len(told["differing"]))
    return Finding(not told["differing"] or None, said)
