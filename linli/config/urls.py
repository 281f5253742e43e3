from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("linli.portal.urls")),
    path("", include("linli.people.urls")),
    path("playbooks/", include("linli.playbooks.urls")),
    *(path("", include(module)) for module in ("linli.matters.urls", "linli.desk.urls") if find_spec(module)),
]

handler500 = "linli.portal.errors.server_error"
