"""What every page knows: who reads it, in which language, in which neighbourhood."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from linli.notices.queries import number_unread
from linli.people.reader import Reader
from linli.portal.waiting import number_waiting

LARGE_TYPE_COOKIE = "type"
NOBODY = Reader(None)


def page(request: HttpRequest) -> dict[str, Any]:
    """Nothing here asks the database before a template does; a page for nobody in particular asks nothing at all.

    A request that was refused on its way in has no reader and no neighbourhood yet, and its page must stand all the same.
    """
    reader = getattr(request, "reader", NOBODY)
    return {
        "whole": True,
        "reader": reader,
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "district": getattr(request, "tenant", None),
        "demo": settings.DEMO,
        "large_type": large_type(request),
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
        "staff": cache(lambda: bool(reader.roles - {"resident"})),
        "desk_count": cache(lambda: number_waiting(reader)),
        "notice_count": cache(lambda: number_unread(reader)),
    }


def large_type(request: HttpRequest) -> bool:
    return request.COOKIES.get(LARGE_TYPE_COOKIE) == "large"
