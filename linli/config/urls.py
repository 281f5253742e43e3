from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("linli.portal.urls")),
    path("", include("linli.people.urls")),
    path("playbooks/", include("linli.playbooks.urls")),
    path("", include("linli.matters.urls")),
    path("", include("linli.desk.urls")),
]

handler500 = "linli.portal.errors.server_error"
