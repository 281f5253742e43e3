"""`linli count --rule RULE --roll ROLL.csv --casts CASTS.csv`: one question counted, from files and without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.ballots.explaining import VERDICTS, as_json, sentences
from linli.ballots.tables import Problem, read_casts, read_roll
from linli.counting.rules import BadRule, Rule, find_rule
from linli.counting.tally import Result, count
from linli.lib.text import LANGUAGES, Said

PROBLEMS = Said(
    "发现 {count} 处问题，没有计票。请改正后再试。",
    "{count} problems; nothing was counted. Correct them and try again.",
)
RULE_LINE = Said("规则：{title}（{source}）", "Rule: {title} ({source})")


class Command(BaseCommand):
    help = "按规则计票：人数和面积双过关 / count a vote by heads and floor area: linli count --rule cn-civil-278-8 …"
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rule", required=True, help="规则名称或规则文件 a rule's name or file: cn-civil-278-1")
        parser.add_argument("--roll", required=True, type=Path, help="名册 subject,kind,heads,area (CSV)")
        parser.add_argument("--casts", required=True, type=Path, help="表决票 subject,choice,delivered (CSV)")
        parser.add_argument("--silent", help="not_counted | abstain | follow_majority")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--lang", default="zh", choices=LANGUAGES, help="zh | en")

    def handle(self, *args: Any, **options: Any) -> None:
        language, as_data = options["lang"], options["json"]
        try:
            rule = find_rule(options["rule"])
            if options["silent"] is not None:
                rule.require_silent(options["silent"])
        except BadRule as refused:
            self._refuse([Problem(options["rule"], 1, refused.sentence)], language, as_data=as_data, whole=True)
        roll, of_roll = read_roll(options["roll"], area=rule.area)
        casts, of_casts = read_casts(options["casts"], of_roll)
        if of_roll.problems or of_casts.problems:
            self._refuse([*of_roll.problems, *of_casts.problems], language, as_data=as_data)
        result = count(roll, casts, rule, options["silent"])
        if as_data:
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
        else:
            self.stdout.write(page(result, rule, language))

    def _refuse(self, problems: Sequence[Problem], language: str, *, as_data: bool, whole: bool = False) -> None:
        """All problems for a reader, and for a program where it asked for JSON; `whole`: no line to name."""
        for problem in problems:
            self.stderr.write(problem.message.in_(language) if whole else problem.in_(language))
        if not whole:
            self.stderr.write(PROBLEMS.filled(count=len(problems)).in_(language))
        if as_data:
            self.stdout.write(json.dumps({"problems": [plain(one) for one in problems]}, ensure_ascii=False))
        sys.exit(1)


def plain(problem: Problem) -> dict[str, Any]:
    said = {language: problem.message.in_(language) for language in LANGUAGES}
    return {"file": problem.file, "line": problem.line, "message": said}


def page(result: Result, rule: Rule, language: str) -> str:
    """Verdict first, then a line for each step of the working."""
    head = VERDICTS[result.outcome.verdict].in_(language)
    source = RULE_LINE.filled(title=rule.title, source=rule.source).in_(language)
    return "\n".join([head, source, *(f"  {one.in_(language)}" for one in sentences(result)[1:])])
