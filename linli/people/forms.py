"""What is read from the small forms that every page carries."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_on(request: HttpRequest) -> str:
    """The page of ours that a form asks to go on to; whatever leads elsewhere leads home."""
    return own_page(request, request.POST.get("next") or request.GET.get("next") or "")


def own_page(request: HttpRequest, wanted: str) -> str:
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"


def person_chosen(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("person", ""))
    except ValueError:
        return None
