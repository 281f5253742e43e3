from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.districts.queries import all_districts
from linli.insight import queries
from linli.insight.board import present_formula, read_period
from linli.insight.rates import Rate, Rates, rates_of
from linli.insight.sums import Period
from linli.lib.text import Said
from linli.places.models import Place

WRONG_DATES = Said(
    "日期请写成 2026-05-01，起始日不晚于截止日，最长三年。",
    "Write dates like 2026-05-01, first day first, three years at the most.",
)
NO_PLACE = Said(
    "没有找到地点“{place}”，请写区划代码或路径。", "There is no place “{place}”; give its code or its path."
)
NO_DISTRICT = Said("没有名为“{name}”的片区。", "There is no district called “{name}”.")
FORMULA = Said("算法：{title} 第 {version} 版", "Formula: {title}, version {version}")
SOURCE = Said("来源：{source}", "Source: {source}")
LEFT_OUT = Said("    未计入 {number}：{reason}", "    left out {number}: {reason}")
SCORE = Said("综合得分", "Score")


class Command(BaseCommand):
    help = "The three rates of a period, with numerator, denominator and what was left out with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="DAY")
        parser.add_argument("--to", dest="last", required=True, metavar="DAY")
        parser.add_argument(
            "--place", default="", metavar="CODE|PATH", help="with all below it; everything when left out"
        )
        parser.add_argument("--district", default="", help="the schema of one district; every one when left out")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, first: str, last: str, place: str, district: str, lang: str, **options: Any) -> None:
        period = read_period(first, last)
        if period is None:
            raise CommandError(WRONG_DATES.in_(lang))
        found = {one.schema_name: self._rates(one, place, period) for one in _districts(district, lang)}
        told = {schema: rates for schema, rates in found.items() if rates is not None}
        if not told:
            raise CommandError(NO_PLACE.filled(place=place).in_(lang))
        if options["json"]:
            plain = {schema: as_plain(rates, period) for schema, rates in told.items()}
            self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1))
            return
        for schema, rates in told.items():
            self.stdout.write(f"{schema}  {period.first} – {period.last}")
            self.stdout.write("\n".join(lines_of(rates, lang)))

    def _rates(self, district: District, place: str, period: Period) -> Rates | None:
        """`None` where the district has no such place."""
        with tenant_context(district):
            path = _path_of(place)
            return None if path is None else rates_of(queries.totals(path, period), present_formula())


def _districts(name: str, lang: str) -> list[District]:
    found = [one for one in all_districts() if name in ("", one.schema_name)]
    if name and not found:
        raise CommandError(NO_DISTRICT.filled(name=name).in_(lang))
    return found


def _path_of(place: str) -> str | None:
    if not place:
        return ""
    by_path = Place.objects.filter(path=place).values_list("path", flat=True).first()
    return by_path or Place.objects.filter(code=place, valid_to__isnull=True).values_list("path", flat=True).first()


def lines_of(rates: Rates, lang: str) -> list[str]:
    formula = rates.formula
    lines = [
        FORMULA.filled(title=formula.title, version=formula.version).in_(lang),
        SOURCE.filled(source=formula.source).in_(lang),
    ]
    for rate in rates.each:
        lines.append(f"  {rate.title.in_(lang)}  {rate.percent}  {rate.part}/{rate.whole}  ({rate.meaning.in_(lang)})")
        lines += [LEFT_OUT.filled(number=number, reason=said).in_(lang) for said, number, _ in rate.out]
    return [*lines, f"  {SCORE.in_(lang)}  {rates.score_said}"]


def as_plain(rates: Rates, period: Period) -> dict[str, Any]:
    """Whole numbers, and shares as text: a reader of JSON must not have to trust a float."""
    formula = rates.formula
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "formula": {
            "name": formula.name,
            "version": formula.version,
            "source": formula.source,
            "weights": dict(formula.weights),
            "satisfied_from": formula.satisfied_from,
        },
        "rates": {rate.name: _plain(rate) for rate in rates.each},
        "score": {"exact": None if rates.score is None else str(rates.score), "of_100": rates.score_said},
    }


def _plain(rate: Rate) -> dict[str, Any]:
    return {
        "title": rate.title.zh,
        "numerator": rate.part,
        "denominator": rate.whole,
        "percent": rate.percent,
        "left_out": [{"reason": said.zh, "number": number} for said, number, _ in rate.out],
    }
