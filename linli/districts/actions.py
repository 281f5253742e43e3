from __future__ import annotations

from typing import cast

from django.db import transaction

from linli.districts.models import Address, District


def open_district(schema: str, *, name: str, name_en: str = "", hosts: tuple[str, ...] = ()) -> District:
    """Make a district with its schema and all tables. Opening one that exists only adds the hosts that are new."""
    district = District.objects.filter(schema_name=schema).first()
    if district is None:
        district = District(schema_name=schema, name=name, name_en=name_en)
        district.save(verbosity=0)
    with transaction.atomic():
        for host in hosts:
            Address.objects.get_or_create(domain=host, defaults={"tenant": district, "is_primary": False})
    return cast(District, district)
