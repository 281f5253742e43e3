from __future__ import annotations

from django.urls import path

from linli.meetings import views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/<uuid:key>/", views.meeting, name="meeting"),
    path("meetings/<uuid:key>/door/", views.door, name="meeting-door"),
    path("meetings/<uuid:key>/<slug:name>/", views.deed, name="meeting-deed"),
    path("here/<slug:token>/", views.check_in, name="check-in"),
]
