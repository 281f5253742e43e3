from __future__ import annotations

from django.urls import path

from linli.workdays import views

urlpatterns = [
    path("", views.calendar, name="workdays"),
    path("day/", views.enter, name="enter-workday"),
    path("day/remove/", views.remove, name="remove-workday"),
    path("hours/", views.hours, name="office-hours"),
]
