from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class District(TenantMixin):  # type: ignore[misc]
    """A neighbourhood that keeps its own book: one PostgreSQL schema, in which all its tables live."""

    name: models.CharField[str, str] = models.CharField(max_length=100)
    name_en: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    opened_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)

    auto_create_schema: ClassVar[bool] = True
    auto_drop_schema: ClassVar[bool] = False

    def __str__(self) -> str:
        return str(self.name)


class Address(DomainMixin):  # type: ignore[misc]
    """A host name at which a district's pages are found."""
