"""`linli-verify BUNDLE`: check a published ballot from its file alone. Needs no Django, no network and no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linli.ballots.bundle import MOST_BYTES
from linli.ballots.explaining import sentences
from linli.ballots.receipts import check, read_receipt
from linli.ballots.sayings import BROKEN, HOLDS, LIMITS
from linli.ballots.verifying import Broken, Bundle, Finding, examine, holds
from linli.counting.tally import Result
from linli.lib.text import LANGUAGES, Said

MARKS = {True: "✓", False: "✗", None: "!"}
NO_FILE = Said("读不了文件“{file}”。请检查路径。", "The file “{file}” cannot be read; check the path.")
TOO_LARGE = Said("文件“{file}”太大。", "The file “{file}” is too large.")
UNUSABLE = 2


def main(words: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(words)
    try:
        data = _bytes(options.bundle)
        receipt = _bytes(options.receipt) if options.receipt else None
    except Broken as wrong:
        print(wrong.sentence.in_(options.lang), file=sys.stderr)
        return UNUSABLE
    examined = examine(data, options.key)
    found = examined.findings
    if receipt is not None and examined.bundle and holds(found):
        found += own_check(examined.bundle, receipt)
    explanations = _explained(examined.results) if holds(found) else []
    if options.json:
        print(json.dumps(_plain(found, explanations), ensure_ascii=False))
    else:
        print(page(found, explanations, options.lang))
    return 0 if holds(found) else 1


def own_check(bundle: Bundle, receipt: bytes) -> list[Finding]:
    try:
        return check(bundle, read_receipt(receipt))
    except Broken as wrong:
        return [Finding(False, wrong.sentence)]


def page(found: Sequence[Finding], explanations: Sequence[Said], language: str) -> str:
    """Each finding with its mark, the working of each result, the verdict, and what no check can see."""
    lines = [f"{MARKS[finding.ok]} {finding.sentence.in_(language)}" for finding in found]
    lines += [f"  {one.in_(language)}" for one in explanations]
    lines += ["", (HOLDS if holds(found) else BROKEN).in_(language), ""]
    return "\n".join(lines + [f"· {limit.in_(language)}" for limit in LIMITS])


def _explained(results: Sequence[Result]) -> list[Said]:
    return [sentence for result in results for sentence in sentences(result)]


def _plain(found: Sequence[Finding], explanations: Sequence[Said]) -> dict[str, Any]:
    return {
        "holds": holds(found),
        "findings": [{"ok": finding.ok, "message": _said(finding.sentence)} for finding in found],
        "explanation": [_said(one) for one in explanations],
        "limits": [_said(limit) for limit in LIMITS],
    }


def _said(said: Said) -> dict[str, str]:
    return {language: said.in_(language) for language in LANGUAGES}


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Broken(TOO_LARGE.filled(file=path.name))
        return path.read_bytes()
    except OSError:
        raise Broken(NO_FILE.filled(file=path.name)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linli-verify", description="核对一次表决的公开包 / check a published ballot, from its file alone"
    )
    parser.add_argument("bundle", type=Path, help="公开包 the bundle")
    parser.add_argument("--receipt", type=Path, help="自己的投票收据 your own receipt")
    parser.add_argument("--key", help="公告上张贴的密钥 the key on the posted notice: name+id+key")
    parser.add_argument("--lang", default="zh", choices=LANGUAGES, help="zh | en")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
