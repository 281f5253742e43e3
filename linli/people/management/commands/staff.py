from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.districts.queries import all_districts, main_address
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.people.entrance.staff_actions import appoint_and_invite
from linli.people.roles import STAFF
from linli.places.models import Place

WHICH = Said("请用 --district 写明是哪个片区：{names}。", "Say which neighbourhood with --district: {names}.")
NO_PLACE = Said(
    "没有代码或路径为“{text}”的地点，或者不止一个。", "No place has the code or path “{text}”, or more than one has."
)
LINK = Said(
    "请把这个链接交给本人，一次有效，{until} 前有效：\n{link}",
    "Hand this link to the person alone. It works once, until {until}:\n{link}",
)


class Command(BaseCommand):
    help = "Let staff in: put somebody on a post of an office and make the link by which they choose password and second step."

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD", parser_class=ArgumentParser)
        one = words.add_parser("invite", help="appoint and invite; also whoever lost password and second step")
        one.add_argument("--name", required=True)
        one.add_argument("--phone", required=True)
        one.add_argument("--role", required=True, choices=sorted(STAFF))
        one.add_argument("--place", required=True, help="the code or the path of the place, such as 150105008003")
        one.add_argument("--district", metavar="SCHEMA", default="", help="the neighbourhood, where there are several")
        one.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["lang"]
        try:
            district = _district(options["district"])
            with tenant_context(district):
                place = _place(options["place"])
                invitation, token = appoint_and_invite(options["name"], options["phone"], options["role"], place)
        except Refused as refused:
            self.stderr.write(refused.sentence.in_(language))
            sys.exit(1)
        link = f"{_site(district)}{reverse('invitation', args=[token])}"
        self.stdout.write(LINK.filled(link=link, until=full_said(invitation.until)).in_(language))


def _district(schema: str) -> District:
    districts = all_districts()
    found = [one for one in districts if schema in ("", one.schema_name)]
    if len(found) != 1:
        raise Refused(WHICH.filled(names="、".join(one.schema_name for one in districts)))
    return found[0]


def _place(text: str) -> Place:
    found = list(Place.objects.filter(path=text)[:2] or Place.objects.filter(code=text, valid_to__isnull=True)[:2])
    if len(found) != 1:
        raise Refused(NO_PLACE.filled(text=text[:60]))
    return found[0]


def _site(district: District) -> str:
    """Where the pages are found, as well as this machine knows it."""
    return f"{'https' if settings.SECURE else 'http'}://{main_address(district.schema_name)}"
