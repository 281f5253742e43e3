"""The owner's own check: my ballot is in, unchanged, and counted with my heads and my area under what I chose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.ballots.casting import OPTIONS, Ballot, Keyed, coins, head_tokens
from linli.ballots.explaining import square_metres
from linli.ballots.publication import FULL
from linli.ballots.verifying import Broken, Bundle, Finding, results
from linli.lib.text import Said
from linli.record.chain import canonical, commitment

FORMAT = "linli-receipt/1"
MOST_BYTES = 1024 * 1024
FIELDS = frozenset({"format", "ballot", "subject", "heads", "area", "secret", "choices", "index", "identity", "salt"})

NOT_A_RECEIPT = Said("这不是完好的投票收据（linli-receipt/1）。", "This is no sound receipt (linli-receipt/1).")
OTHER_BALLOT = Said("收据属于另一次表决“{ballot}”。", "The receipt belongs to another ballot, “{ballot}”.")
NO_ROW = Said(
    "名册上没有您的这一行，或人数、面积、姓名承诺与收据不同。请带收据找监票人。",
    "Your row is not on the roll, or its heads, area or identity differ. Take the receipt to the scrutineers.",
)
ROW = Said("您在名册上：{heads} 人，{area} 平方米。", "You are on the roll with {heads} heads and {area} m².")
NO_CAST = Said(
    "记录的第 {index} 条不是您的这张票。请带收据找监票人。",
    "Entry {index} of the log is not your ballot. Take the receipt to the scrutineers.",
)
REPLACED = Said(
    "您的这张票（第 {index} 条）已被后来的票替代或作废。如果不是您所为，请带收据找监票人。",
    "This ballot of yours (entry {index}) was replaced or set aside later. If that was not your doing, take the receipt to the "
    "scrutineers.",
)
CAST = Said(
    "您的票在记录的第 {index} 条，没有改动，计入结果。",
    "Your ballot is entry {index} of the log, unchanged, and counts.",
)
MISSING = Said(
    "“{question}”：在“{option}”下没有找到您的全部票据，您的票没有照您的意思计入。请带收据找监票人。",
    "“{question}”: not all of your tokens stand under “{option}”; your ballot was not counted as you cast it. Take the receipt "
    "to the scrutineers.",
)
FOUND = Said(
    "“{question}”：您的 {heads} 张人数票和 {coins} 枚面积币（共 {area} 平方米）都计在“{option}”下。",
    "“{question}”: your {heads} head tokens and {coins} area coins ({area} m² together) all stand under “{option}”.",
)
NOT_PUBLIC = Said(
    "“{question}”：为保护隐私没有公布票据，您可以请监票人当面核对。",
    "“{question}”: to protect privacy no tokens are public; the scrutineers can check yours with you.",
)
SAID: Mapping[str, Said] = {
    "yes": Said("同意", "yes"),
    "no": Said("不同意", "no"),
    "abstain": Said("弃权", "abstain"),
    "blank": Said("未填", "left empty"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """`index`: where the log has the ballot. Whoever holds the secret can prove the choice: it is shown to nobody."""

    ballot: str
    cast: Ballot
    heads: int
    area: int
    index: int
    identity: str
    salt: bytes

    @property
    def data(self) -> bytes:
        return canonical(
            {
                "format": FORMAT,
                "ballot": self.ballot,
                "subject": self.cast.subject,
                "heads": self.heads,
                "area": self.area,
                "secret": self.cast.secret.hex(),
                "choices": dict(self.cast.choices),
                "index": self.index,
                "identity": self.identity,
                "salt": self.salt.hex(),
            }
        )


def read_receipt(data: bytes) -> Receipt:
    try:
        plain = json.loads(data.decode("utf-8-sig"))
        if plain["format"] != FORMAT or plain.keys() != FIELDS or not set(plain["choices"].values()) <= set(OPTIONS):
            raise Broken(NOT_A_RECEIPT)
        cast = Ballot(plain["subject"], plain["choices"], bytes.fromhex(plain["secret"]))
        Keyed(cast.secret)  # refuses what is no secret
        heads, area, index = (int(plain[name]) for name in ("heads", "area", "index"))
        return Receipt(plain["ballot"], cast, heads, area, index, plain["identity"], bytes.fromhex(plain["salt"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Broken(NOT_A_RECEIPT) from None


def check(bundle: Bundle, receipt: Receipt) -> list[Finding]:
    """All findings; the first that is broken ends them."""
    found: list[Finding] = []
    try:
        found += _steps(bundle, receipt)
    except Broken as wrong:
        found.append(Finding(False, wrong.sentence))
    return found


def _steps(bundle: Bundle, receipt: Receipt) -> Iterator[Finding]:
    if receipt.ballot != bundle.content["ballot"]:
        raise Broken(OTHER_BALLOT.filled(ballot=receipt.ballot))
    yield _row(bundle, receipt)
    yield _cast(bundle, receipt)
    for question, published in results(bundle):
        if published["mode"] == FULL:
            yield _tokens(bundle, receipt, question.id, question.title, published["tokens"])
        else:
            yield Finding(None, NOT_PUBLIC.filled(question=question.title))


def _row(bundle: Bundle, receipt: Receipt) -> Finding:
    wanted = (receipt.cast.subject, receipt.heads, receipt.area, commitment(receipt.salt, receipt.identity))
    if wanted not in {(row.tag, row.heads, row.area, row.identity) for row in bundle.roll.rows}:
        raise Broken(NO_ROW)
    return Finding(True, ROW.filled(heads=receipt.heads, area=square_metres(receipt.area)))


def _cast(bundle: Bundle, receipt: Receipt) -> Finding:
    entry = bundle.walked.casts.get(receipt.index)
    wanted = (receipt.cast.subject, receipt.cast.commitment(receipt.ballot))
    if entry is None or (entry["subject"], entry["commitment"]) != wanted:
        raise Broken(NO_CAST.filled(index=receipt.index))
    if bundle.walked.live.get(receipt.cast.subject) != receipt.index:
        raise Broken(REPLACED.filled(index=receipt.index))
    return Finding(True, CAST.filled(index=receipt.index))


def _tokens(
    bundle: Bundle, receipt: Receipt, question: str, title: Said, tokens: Mapping[str, Mapping[str, Any]]
) -> Finding:
    option, secret = receipt.cast.choices.get(question, "blank"), receipt.cast.secret
    heads = set(head_tokens(secret, question, receipt.heads))
    pieces = list(coins(secret, question, receipt.area, bundle.content["coin_area"]))
    there = heads <= set(tokens[option]["heads"])
    if not there or not {f"{token}:{amount}" for token, amount in pieces} <= set(tokens[option]["coins"]):
        raise Broken(MISSING.filled(question=title, option=SAID[option]))
    area = square_metres(sum(amount for _, amount in pieces))
    return Finding(
        True, FOUND.filled(question=title, heads=len(heads), coins=len(pieces), area=area, option=SAID[option])
    )
