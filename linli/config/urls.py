from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("linli.portal.urls")),
    path("", include("linli.people.urls")),
    path("", include("linli.register.urls")),
    path("calendar/", include("linli.workdays.urls")),
    path("playbooks/", include("linli.playbooks.urls")),
    path("board/", include("linli.insight.urls")),
    path("log/", include("linli.record.log.urls")),
    path("", include("linli.notices.urls")),
    path("", include("linli.matters.urls")),
    path("", include("linli.desk.urls")),
    path("", include("linli.requests.urls")),
    path("", include("linli.meetings.urls")),
    path("ballots/", include("linli.ballots.urls")),
]

handler500 = "linli.portal.errors.server_error"
