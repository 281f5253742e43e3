"""Which neighbourhood a request is for. Every query after this reads that district's schema."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from linli.districts.models import District
from linli.districts.queries import district_at
from linli.districts.schema import point_at, point_at_public

FRESH_SECONDS = 30
HEALTH = "/healthz"
MOST_HOSTS = 1000  # a lone district answers at every host; whoever makes hosts up must not fill the memory


class DistrictMiddleware:
    """Finds the district by host name, remembers it for half a minute, and points the connection at its schema."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._known: dict[str, tuple[District, float]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        district = self._find(request.get_host().rsplit(":", 1)[0].lower())
        if district is None:
            if request.path_info == HEALTH:  # asked by machines that know no neighbourhood; it reads no table
                return self.get_response(request)
            raise Http404("No neighbourhood lives at this address.")
        request.tenant = district  # type: ignore[attr-defined]
        point_at(district)
        return self.get_response(request)

    def _find(self, host: str) -> District | None:
        district, until = self._known.get(host, (None, 0.0))
        if district is not None and time.monotonic() < until:
            return district
        point_at_public()
        district = district_at(host)
        if len(self._known) >= MOST_HOSTS:
            self._known.clear()
        if district is not None:
            self._known[host] = (district, time.monotonic() + FRESH_SECONDS)
        return district
