"""A result in sentences that a committee member can read out, and its figures as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from linli.counting.rules import Threshold
from linli.counting.tally import ABSTAIN, CHOICES, FAILED, NO_QUORUM, PASSED, Outcome, Ratio, Result, Test, Weight
from linli.lib.text import LANGUAGES, Said

VERDICTS: Mapping[str, Said] = MappingProxyType(
    {
        PASSED: Said("通过", "Passed"),
        FAILED: Said("未通过", "Not passed"),
        NO_QUORUM: Said("参加的不够，没有形成决定", "Too few took part: no decision"),
    }
)
CHOSEN: Mapping[str, Said] = MappingProxyType(
    {"yes": Said("同意", "yes"), "no": Said("不同意", "no"), "abstain": Said("弃权", "abstain")}
)
HEADS = Said("{number} 人", "{number} heads")
AREA = Said("{number} 平方米", "{number} m²")
WITH_AREA = Said("{heads}（{area}）", "{heads} ({area})")
QUORUM, APPROVAL = Said("参加", "Took part"), Said("同意", "In favour")
BASES: Mapping[str, Said] = MappingProxyType(
    {"due": Said("应参加", "all who are due"), "participants": Said("参加", "those taking part")}
)
REACHED = Said(
    "{what} {part}，是{base} {whole}的 {percent}；{least}，达到。",
    "{what}: {part} of {whole}, {percent} of {base}; {least}: reached.",
)
MISSED = Said(
    "{what} {part}，是{base} {whole}的 {percent}；{least}，还差 {missing}。",
    "{what}: {part} of {whole}, {percent} of {base}; {least}: {missing} short.",
)
LEAST = Said("要{share}，即至少 {least}", "{share} needed, that is {least}")
ALL = Said("要全体一致，即 {least}", "all of them needed, that is {least}")
NO_SHARE = Said("法律没有另定参加的最低数。", "The law names no quorum of its own.")
SHARE = Said("不低于 {numerator}/{denominator}", "at least {numerator}/{denominator}")
MORE = Said("超过 {numerator}/{denominator}", "more than {numerator}/{denominator}")
EMPTY = Said("名册是空的，没有可以参加的人。", "The roll is empty; nobody could take part.")
SPLIT = Said("同意 {yes}，不同意 {no}，弃权 {abstain}。", "In favour {yes}, against {no}, abstaining {abstain}.")
AS_ABSTAINING = Said(
    "另有 {silent}收到表决票后没有表态，按本次规则算参加、弃权。",
    "Another {silent} got a ballot and did not say; by the chosen rule they take part and abstain.",
)
AS_MAJORITY = Said(
    "另有 {silent}收到表决票后没有表态，按“随多数”的约定计入“{choice}”。",
    "Another {silent} got a ballot and did not say; by the agreed clause they follow the majority, “{choice}”.",
)
NO_MAJORITY = Said(
    "另有 {silent}收到表决票后没有表态；没有哪种意见在人数和面积上都领先，无从随多数，按弃权计。",
    "Another {silent} got a ballot and did not say; no choice leads by all that is counted, so there is no majority to "
    "follow and they count as abstaining.",
)
STRICTLY = Said(
    "不计这些人时（严格口径）：参加 {part}，同意 {yes}，结果是“{verdict}”。",
    "Without them (the strict tally): {part} took part, {yes} in favour; the result would be “{verdict}”.",
)
ALSO = Said("此外还需要：{who}{how}（{source}）。", "Also needed: {who}; {how} ({source}).")


def explained(result: Result) -> Said:
    parts = sentences(result)
    return Said("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def sentences(result: Result) -> list[Said]:
    """Verdict, the sums, each test, what was done with the silent, and what else is needed."""
    outcome, area = result.outcome, result.rule.area
    parts = [_closed(VERDICTS[outcome.verdict])]
    if not outcome.tally.due.heads:
        return [*parts, EMPTY]
    sums = {choice: _weight(outcome.tally.of(choice), area=area) for choice in CHOICES}
    parts += [SPLIT.filled(**sums)]
    parts += _test_said(outcome.quorum, result.rule.quorum, QUORUM)
    if outcome.quorum.met:
        parts += _test_said(outcome.approval, result.rule.approval, APPROVAL)
    parts += _silence(result)
    parts += [ALSO.filled(who=one.who, how=one.how, source=one.source) for one in result.rule.also]
    return parts


def as_json(result: Result) -> dict[str, Any]:
    said = explained(result)
    return {**figures(result), "explanation": {language: said.in_(language) for language in LANGUAGES}}


def figures(result: Result) -> dict[str, Any]:
    """Areas in 0.01 m²; the area of a test is null where the rule counts heads alone."""
    return {
        "rule": result.rule.name,
        "silent": result.silent,
        "followed": result.followed,
        "area_unit": "0.01 m2",
        **_outcome(result.outcome),
        "strict": _outcome(result.strict),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    tally = outcome.tally
    weights = {"due": tally.due, **{choice: tally.of(choice) for choice in CHOICES}, "silent": tally.silent}
    return {
        "verdict": outcome.verdict,
        "quorum": _test(outcome.quorum),
        "approval": _test(outcome.approval),
        "missing": {"heads": outcome.missing.heads, "area": outcome.missing.area},
        "tally": {name: {"heads": weight.heads, "area": weight.area} for name, weight in weights.items()},
    }


def _test(test: Test) -> dict[str, Any]:
    return {"heads": _ratio(test.heads), "area": _ratio(test.area) if test.area else None, "met": test.met}


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return {
        "numerator": ratio.numerator,
        "denominator": ratio.denominator,
        "met": ratio.met,
        "missing": ratio.missing,
    }


def _test_said(test: Test, share: Threshold | None, what: Said) -> list[Said]:
    if share is None:
        return [NO_SHARE]
    ratios = [(test.heads, HEADS), *([(test.area, AREA)] if test.area else [])]
    return [_ratio_said(ratio, unit, share, what) for ratio, unit in ratios]


def _ratio_said(ratio: Ratio, unit: Said, share: Threshold, what: Said) -> Said:
    def amount(number: int) -> Said:
        return unit.filled(number=number if unit is HEADS else square_metres(number))

    whole = share.numerator == share.denominator
    least = (ALL if whole else LEAST).filled(share=share_said(share), least=amount(share.least(ratio.denominator)))
    return (REACHED if ratio.met else MISSED).filled(
        what=what,
        base=BASES[share.of],
        part=amount(ratio.numerator),
        whole=amount(ratio.denominator),
        percent=percent(ratio.numerator, ratio.denominator),
        least=least,
        missing=amount(ratio.missing),
    )


def _silence(result: Result) -> list[Said]:
    silent, area = result.strict.tally.silent, result.rule.area
    if result.silent == "not_counted" or not silent.heads:
        return []
    sentence = AS_ABSTAINING if result.silent == ABSTAIN else AS_MAJORITY if result.followed else NO_MAJORITY
    strict = result.strict
    return [
        sentence.filled(silent=_weight(silent, area=area), choice=CHOSEN.get(result.followed or "", "")),
        STRICTLY.filled(
            part=_weight(strict.tally.participants, area=area),
            yes=_weight(strict.tally.yes, area=area),
            verdict=VERDICTS[strict.verdict],
        ),
    ]


def share_said(share: Threshold) -> Said:
    return (MORE if share.strictly else SHARE).filled(numerator=share.numerator, denominator=share.denominator)


def square_metres(area: int) -> str:
    """8935 is 89.35."""
    return f"{area // 100}.{area % 100:02}"


def percent(part: int, whole: int) -> str:
    """Two decimals, half up; what is not all never reads 100.00 %, what is not nothing never reads 0.00 %."""
    if not whole:
        return "—"
    hundredths = (20_000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        hundredths = min(max(hundredths, 1), 9_999)
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def _weight(weight: Weight, *, area: bool) -> Said:
    heads = HEADS.filled(number=weight.heads)
    return WITH_AREA.filled(heads=heads, area=AREA.filled(number=square_metres(weight.area))) if area else heads


def _closed(said: Said) -> Said:
    return Said(said.zh + "。", said.en + ".")
