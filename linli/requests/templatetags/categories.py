from __future__ import annotations

from django import template

from linli.lib.text import Said
from linli.requests.categories import title_of

register = template.Library()


@register.filter
def category(code: str) -> Said:
    """The title of a category; a code that nobody knows any more stands for itself."""
    return title_of(code) or Said(code, code)
