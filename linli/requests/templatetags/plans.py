from __future__ import annotations

from django import template
from django.core.cache import cache

from linli.districts.schema import present_schema
from linli.places.models import SitePlan

register = template.Library()
KEPT_FOR = 60


@register.simple_tag
def has_plan() -> bool:
    """Whether a plan is drawn here. A page that only links to it asks the database once a minute."""
    return bool(cache.get_or_set(f"{present_schema()}:has-plan", SitePlan.objects.exists, KEPT_FOR))
