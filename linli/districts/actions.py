from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from django.db import transaction
from django_tenants.utils import tenant_context

from linli.districts.models import Address, District
from linli.districts.opening import furnish_present
from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import Said

SCHEMA = re.compile(r"(?!pg_)[a-z][a-z0-9_]{1,39}")
TAKEN = frozenset({"public", "information_schema"})
BAD_SCHEMA = Said(
    "“{schema}”不能作片区代号。用小写英文字母开头，只含小写字母、数字和下划线，2 到 40 个字符，例如 qingyu。",
    "“{schema}” cannot be the code of a neighbourhood: begin with a small letter, then small letters, digits and "
    "underscores, 2 to 40 characters, for example qingyu.",
)
NO_NAME = Said("请给片区起个名称，例如 青榆家园。", "Please give the neighbourhood a name, for example Qingyu Gardens.")


def check_opening(schema: str, name: str) -> None:
    """Refuse what cannot be opened, before anything is made."""
    if not SCHEMA.fullmatch(schema) or schema in TAKEN:
        raise Refused(BAD_SCHEMA.filled(schema=schema[:50]))
    if not name.strip():
        raise Refused(NO_NAME)


def open_district(schema: str, *, name: str, name_en: str = "", hosts: tuple[str, ...] = ()) -> District:
    """Make a district with its schema, all tables, and what it needs to be used, such as the playbooks.

    Opening one that exists adds the hosts that are new, and what is missing.
    """
    district = District.objects.filter(schema_name=schema).first()
    if district is None:
        check_opening(schema, name)
        district = District(schema_name=schema, name=name.strip(), name_en=name_en)
        district.save(verbosity=0)
    with transaction.atomic():
        for host in hosts:
            Address.objects.get_or_create(domain=host, defaults={"tenant": district, "is_primary": False})
    furnish(district)
    return cast(District, district)


def furnish(district: District) -> list[Said]:
    """Put there what is missing in a district; all of it, or nothing."""
    with tenant_context(district), transaction.atomic():
        return furnish_present()


def furnish_all() -> Iterator[tuple[District, list[Said]]]:
    """Every district to which something was missing, with what was put there."""
    for district in all_districts():
        if done := furnish(district):
            yield district, done
