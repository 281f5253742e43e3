"""What stands on the notice and on the certificate of a ballot: nothing but what its page shows to everybody."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db.models import Count

from linli.ballots.asked import VERDICTS, Asked, sourced, with_commas
from linli.ballots.elections.announcing import election_of
from linli.ballots.elections.page import ElectionShown
from linli.ballots.elections.sayings import OUTCOMES
from linli.ballots.explaining import percent, share_said
from linli.ballots.models import Ballot, LogRow, PlatformImport, VoteCast
from linli.ballots.papers import words
from linli.ballots.settings import rule_in
from linli.counting.rules import SILENT, Rule, Threshold
from linli.counting.tally import Ratio, Test
from linli.lib.text import Said
from linli.lib.times import dated_said
from linli.places.models import Place
from linli.places.queries import full_name

SOURCE = Path(__file__).parent / "paper.typ"
Pair = tuple[Said, Said]


@dataclass(frozen=True, slots=True)
class Figures:
    head: Sequence[Said] = ()
    rows: Sequence[Sequence[Said]] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """One question as it stands on the paper."""

    title: Said
    text: Sequence[Said] = ()
    verdict: Said | None = None
    figures: Figures = Figures()
    tests: Figures = Figures()
    working: Sequence[Said] = ()
    facts: Sequence[Pair] = ()


@dataclass(frozen=True, slots=True)
class Part:
    title: Said
    lines: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Paper:
    title: Said
    subject: Said
    place: Said
    look: Said
    foot: Said
    facts: Sequence[Pair]
    questions: Sequence[Asking]
    parts: Sequence[Part]
    digests: Sequence[tuple[Said, str]]
    verdict: Said | None = None
    marked: Said | None = None
    digests_title: Said = field(default=words.DIGESTS)


@dataclass(frozen=True)
class Posted:
    """What both papers read of a ballot."""

    ballot: Ballot

    @cached_property
    def asked(self) -> list[Asked]:
        rows = self.ballot.questions.order_by("number")
        return [Asked(row, rule_in(self.ballot, row.rule), row.published) for row in rows]

    @cached_property
    def election(self) -> ElectionShown | None:
        row = election_of(self.ballot)
        return ElectionShown(self.ballot, row, self.asked) if row else None

    @property
    def rules(self) -> list[Rule]:
        return [one.rule for one in self.asked]

    @cached_property
    def place(self) -> Said:
        line = list(Place.objects.filter(path__in=self.ballot.place.line).order_by("path"))
        return Said(full_name(line, "zh"), full_name(line, "en"))

    @cached_property
    def corrections(self) -> list[str]:
        rows = LogRow.objects.filter(ballot=self.ballot, entry__what="correction").order_by("index")
        return [str(entry["reason"]) for entry in rows.values_list("entry", flat=True)]

    @cached_property
    def key(self) -> str:
        entry = LogRow.objects.filter(ballot=self.ballot, index=0).values_list("entry", flat=True).get()
        return str(entry["key"])

    @cached_property
    def imports(self) -> list[PlatformImport]:
        return list(PlatformImport.objects.filter(ballot=self.ballot).defer("cipher").order_by("at", "pk"))

    @property
    def recorded(self) -> bool:
        """Whether only sums of another system are known, so that nobody can recount it here."""
        return any(one.totals for one in self.imports)

    @property
    def title(self) -> Said:
        return Said(self.ballot.title, self.ballot.title_en or self.ballot.title)

    @property
    def root(self) -> str:
        return bytes(self.ballot.roll_root or b"").hex()

    @property
    def facts(self) -> list[Pair]:
        """What notice and certificate both say first."""
        one = self.ballot
        found = [(words.MATTER, _plain(one.matter.number)), (words.OPEN, _span(one.opens_at, one.closes_at))]
        found += [(words.ROLL, self._roll()), (words.SILENT, self._silent())]
        found += [(words.SECOND, words.SECOND_SAID.filled(first=one.second_of_id))] if one.second_of_id else []
        return [*found, (words.SYSTEM, _plain(one.platform))] if one.platform else found

    def _roll(self) -> Said:
        one = self.ballot
        roll = words.ROLL_SAID.filled(count=one.roll_count, heads=one.roll_heads)
        area = any(rule.area for rule in self.rules)
        return words.ROLL_AREA.filled(roll=roll, area=with_commas(one.roll_area or 0)) if area else roll

    def _silent(self) -> Said:
        said = SILENT[self.ballot.silent]
        clause = self.ballot.silent_clause
        return words.CLAUSE.filled(said=said, clause=clause) if clause else said


def _plain(text: object) -> Said:
    return Said(str(text), str(text))


def _span(start: datetime | None, end: datetime | None) -> Said:
    return words.FROM_TO.filled(start=_at(start), end=_at(end))


def _at(moment: datetime | None) -> Said:
    return dated_said(moment) if moment else Said("—", "—")


def notice(ballot: Ballot) -> Paper:
    """Matter, questions, rule in words, roll, dates, how to vote and how to object: as it was announced."""
    found = Posted(ballot)
    return Paper(
        title=words.NOTICE,
        subject=found.title,
        place=found.place,
        look=words.LOOK_NOTICE,
        foot=words.FOOT.filled(title=words.NOTICE, id=ballot.pk),
        facts=[
            (words.ANNOUNCED, _at(ballot.announced_at)),
            *found.facts,
            (words.PROXIES, words.PROXIES_SAID.filled(most=ballot.proxies_each)),
        ],
        questions=[_asking(one) for one in found.asked],
        parts=[
            *_election(found),
            Part(words.HOW_TO_VOTE, _ways(ballot)),
            Part(words.OBJECTING, _objecting(found)),
            Part(words.SECRECY, [words.SECRET, words.GATED, words.RECOUNTED, _periods(found.rules)]),
        ],
        digests=_digests((words.ROOT, found.root), (words.KEY, found.key), (words.OPENING, ballot.opening)),
    )


def _election(found: Posted) -> list[Part]:
    """How the seats are filled."""
    shown = found.election
    if shown is None:
        return []
    row, seating = shown.row, shown.seating
    lines = [words.SEATS.filled(seats=row.seats)]
    lines += [words.SEATED.filled(seated=row.seated)] if row.seated else []
    lines += [words.RANKED.filled(order=words.ORDERS[seating.order])]
    lines += [words.RESERVES.filled(reserves=row.reserves)] if row.reserves else []
    lines += [words.LEAST.filled(least=seating.least, years=seating.term_years)]
    return [Part(words.ELECTION.filled(title=shown.title), [*lines, *_withdrawn(shown)])]


def _withdrawn(shown: ElectionShown) -> list[Said]:
    gone = [one for one in shown.stood if one.candidate.withdrawn_at]
    return [words.STANDS_BACK.filled(name=one.asked.title) for one in gone]


def _elected(found: Posted) -> list[Part]:
    shown = found.election
    if shown is None or shown.outcome is None:
        return []
    return [
        Part(words.ELECTION.filled(title=shown.title), [_ended(shown.outcome), *shown.sentences, *_withdrawn(shown)])
    ]


def _ended(said: Said) -> Said:
    return Said(said.zh + "。", said.en + ".")


def _asking(asked: Asked) -> Asking:
    text = [_plain(line) for line in asked.row.text.splitlines() if line.strip()]
    return Asking(_question(asked), text, facts=_rule(asked), working=list(asked.rule.remarks))


def _question(asked: Asked) -> Said:
    return words.QUESTION.filled(number=asked.row.number, title=asked.title)


def _rule(asked: Asked) -> list[Pair]:
    kind = words.SOURCE.filled(title=asked.rule.title, source=asked.source)
    found = [(words.KIND, kind), *([(words.QUORUM, asked.quorum)] if asked.quorum else [])]
    found.append((words.APPROVAL, asked.approval))
    if asked.result is not None:  # its working names the consents that are needed besides
        return found
    return [
        *found,
        *((words.ALSO, words.ALSO_SAID.filled(who=who, how=how, source=source)) for who, how, source in asked.also),
    ]


def _ways(ballot: Ballot) -> list[Said]:
    if ballot.platform_only:
        first = [words.ON_PLATFORM_ONLY.filled(system=ballot.platform)]
    else:
        also = [words.ON_PLATFORM_TOO.filled(system=ballot.platform)] if ballot.platform else []
        first = [words.BY_PHONE, *also]
    return [*first, words.ON_PAPER, words.BY_PROXY]


def _objecting(found: Posted) -> list[Said]:
    told = [words.OBJECT.filled(until=_at(found.ballot.opens_at)), words.OBJECTED]
    return [*told, *(words.CORRECTED.filled(reason=reason) for reason in found.corrections)]


def _periods(rules: Sequence[Rule]) -> Said:
    """The strictest of all questions: soonest told, longest posted."""
    longest = max(rules, key=lambda rule: rule.posting_days)
    result = min(rule.result_days for rule in rules)
    return words.PERIODS.filled(result=result, posting=longest.posting_days, source=sourced(longest.periods_source))


def _digests(*told: tuple[Said, str]) -> list[tuple[Said, str]]:
    return [(name, value) for name, value in told if value]


def certificate(ballot: Ballot) -> Paper:
    """The verdict, what was counted for each question and by what it can be checked; or, where it cannot be, that it cannot."""
    found = Posted(ballot)
    recorded = found.recorded
    files = [(words.FILE, bytes(one.digest).hex()) for one in found.imports]
    return Paper(
        title=words.CERTIFICATE,
        subject=found.title,
        place=found.place,
        look=words.LOOK_RECORDED if recorded else words.LOOK_CERTIFICATE,
        foot=words.FOOT.filled(title=words.CERTIFICATE, id=ballot.pk),
        facts=[*found.facts, *_ballots(found), (words.PUBLISHED, _at(ballot.published_at))],
        questions=[_answered(one) for one in found.asked],
        parts=[
            *_elected(found),
            *([] if recorded else [Part(words.CHECKING, _checking(found))]),
            Part(words.DISAGREEING, _disagreeing(found)),
        ],
        digests=_digests(
            (words.ROOT, found.root),
            (words.BUNDLE, bytes(ballot.bundle_digest or b"").hex()),
            *files,
            (words.KEY, found.key),
            (words.OPENING, ballot.opening),
            (words.CLOSING, ballot.closing),
        ),
        verdict=words.VERDICT.filled(verdict={**OUTCOMES, **VERDICTS}[ballot.verdict]),
        marked=words.NOT_HERE.filled(system=ballot.platform) if recorded else None,
    )


def _ballots(found: Posted) -> list[Pair]:
    if found.recorded:
        return []
    rows = VoteCast.objects.filter(slot__ballot=found.ballot, counted=True).values_list("channel")
    number = dict(rows.annotate(n=Count("pk")).order_by("channel"))
    parts = [said.filled(n=number[channel]) for channel, said in words.CHANNELS.items() if number.get(channel)]
    told = words.BY_CHANNEL.filled(n=sum(number.values()), parts=_together(parts)) if parts else _plain(0)
    return [(words.BALLOTS, told)]


def _together(parts: Sequence[Said]) -> Said:
    return Said(words.COMMA.zh.join(one.zh for one in parts), words.COMMA.en.join(one.en for one in parts))


def _checking(found: Posted) -> list[Said]:
    told = [words.CHECK_PAGE, words.CHECK_COMMAND.filled(id=found.ballot.pk), words.CHECK_DIGEST, words.CHECK_OWN]
    return [*told, words.CHECK_PLATFORM] if found.imports else told


def _disagreeing(found: Posted) -> list[Said]:
    owners = any(rule.area for rule in found.rules)
    return [_periods(found.rules), words.DISAGREE, *([words.REVOKE] if owners else [])]


def _answered(asked: Asked) -> Asking:
    verdict = words.VERDICT.filled(verdict=asked.verdict) if asked.verdict else None
    return Asking(
        _question(asked), (), verdict, _sums(asked), _tests(asked), [*_strict(asked), *_working(asked)], _rule(asked)
    )


def _working(asked: Asked) -> list[Said]:
    return [words.BANDS] if asked.rounded else asked.sentences


def _strict(asked: Asked) -> list[Said]:
    if asked.result is None:
        return []
    if asked.result.silent == "not_counted":
        return [words.STRICTLY_SAME]
    return [words.STRICTLY.filled(verdict=VERDICTS[asked.result.strict.verdict])]


def _sums(asked: Asked) -> Figures:
    area = asked.rule.area
    titles = [words.WHAT, words.HEADS, *([words.SHARE_OF_AREA if asked.rounded else words.AREA] if area else [])]
    rows = [[line.said, _plain(line.heads), *([_plain(line.area)] if area else [])] for line in asked.lines]
    return Figures(titles, rows)


def _tests(asked: Asked) -> Figures:
    """Each condition as fractions, by heads and by area; and by the strict count where the silent were placed."""
    if asked.result is None:
        return Figures()
    result, rule = asked.result, asked.rule
    tallies = [(result.outcome, False)] + ([(result.strict, True)] if result.silent != "not_counted" else [])
    rows = []
    for outcome, strict in tallies:
        if rule.quorum:
            rows.append(_test(words.TOOK_PART, outcome.quorum, rule.quorum, strict=strict))
        rows.append(_test(words.AGREED, outcome.approval, rule.approval, strict=strict))
    area = [words.SHARE_OF_AREA] if rule.area else []
    return Figures([words.CONDITION, words.NEEDED, words.HEADS, *area, words.REACHED], rows)


def _test(what: Said, test: Test, share: Threshold, *, strict: bool) -> list[Said]:
    name = words.STRICT.filled(what=what) if strict else what
    ratios = [_fraction(test.heads, str), *([_fraction(test.area, with_commas)] if test.area else [])]
    return [name, share_said(share), *ratios, words.YES if test.met else words.NO]


def _fraction(ratio: Ratio, written: Callable[[int], str]) -> Said:
    part, whole = written(ratio.numerator), written(ratio.denominator)
    return words.FRACTION.filled(part=part, whole=whole, percent=percent(ratio.numerator, ratio.denominator))


# -- which papers there are, and their words in one language

PAPERS: Mapping[str, tuple[Callable[[Ballot], Paper], str]] = MappingProxyType(
    {"notice": (notice, "announced_at"), "certificate": (certificate, "published_at")}
)


def paper_of(ballot: Ballot, name: str) -> Paper | None:
    """None where the ballot has not come so far."""
    make, needs = PAPERS[name]
    return make(ballot) if getattr(ballot, needs) else None


def written(paper: Paper, language: str) -> dict[str, Any]:
    """As plain words in one language, for the type-setter."""
    return {name: _in(getattr(paper, name), language) for name in Paper.__dataclass_fields__}


def _in(value: Any, language: str) -> Any:
    if value is None:
        return ""
    if isinstance(value, Said):
        return value.in_(language)
    if isinstance(value, str | uuid.UUID):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _in(getattr(value, name), language) for name in value.__dataclass_fields__}
    return [_in(one, language) for one in value]
