"""Which district's schema the connection points at, typed in one place: django-tenants adds this to Django's connection."""

from __future__ import annotations

from typing import Any, cast

from django.db import connection

from linli.districts.models import District

_connection = cast(Any, connection)


def present_schema() -> str:
    return str(_connection.schema_name)


def point_at(district: District) -> None:
    """The connection is left alone when it points there: `SET search_path` at each request costs as much as a query."""
    if present_schema() != district.schema_name:
        _connection.set_tenant(district)


def point_at_public() -> None:
    _connection.set_schema_to_public()
