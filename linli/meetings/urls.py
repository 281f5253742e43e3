from __future__ import annotations

from django.urls import path

from linli.meetings import views
from linli.meetings.table import views as table

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/<uuid:key>/", views.meeting, name="meeting"),
    path("meetings/<uuid:key>/door/", views.door, name="meeting-door"),
    path("meetings/<uuid:key>/<slug:name>/", views.deed, name="meeting-deed"),
    path("here/<slug:token>/", views.check_in, name="check-in"),
    path("tables/", table.tables, name="tables"),
    path("tables/<uuid:key>/", table.topic, name="topic"),
    path("tables/<uuid:key>/<slug:name>/", table.deed, name="topic-deed"),
]
