"""`linli turnout verify`: whether the turnout that each ballot keeps is that of its counted ballots; `--mend` adds it up anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from linli.ballots.actions.turnout import recount_turnout
from linli.ballots.models import Ballot
from linli.ballots.queries import wrong_turnouts
from linli.districts.queries import all_districts
from linli.lib.text import LANGUAGES, Said

AGREES = Said(
    "{district}：{n} 次表决，参加数与有效票相符。",
    "{district}: {n} ballots, every turnout is that of the counted ballots.",
)
DIFFERS = Said(
    "{district}：表决 {key} 记的参加数与有效票不符。用 --mend 重新累计。",
    "{district}: the turnout kept of ballot {key} is not that of its counted ballots. --mend adds it up anew.",
)
MENDED = Said(
    "{district}：表决 {key} 的参加数已重新累计。", "{district}: the turnout of ballot {key} was added up anew."
)


class Command(BaseCommand):
    help = "核对每次表决的参加数 / see that the turnout of each ballot is that of its counted ballots; exit status 1 when not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--mend", action="store_true", help="重新累计不符的 / add up anew what differs")
        parser.add_argument("--lang", choices=LANGUAGES, default="zh")

    def handle(self, *args: Any, mend: bool, lang: str, **options: Any) -> None:
        wrong = 0
        for district in all_districts():
            with tenant_context(district):
                wrong += self._verify(district.schema_name, lang, mend=mend)
        if wrong:
            raise SystemExit(1)

    def _verify(self, district: str, lang: str, *, mend: bool) -> int:
        """How many still differ."""
        found = wrong_turnouts()
        for key in found:
            if mend:
                recount_turnout(key)
            self.stdout.write((MENDED if mend else DIFFERS).filled(district=district, key=key).in_(lang))
        if not found:
            self.stdout.write(AGREES.filled(district=district, n=Ballot.objects.count()).in_(lang))
        return 0 if mend else len(found)
