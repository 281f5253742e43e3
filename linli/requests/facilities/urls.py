from __future__ import annotations

from django.urls import path

from linli.requests.facilities import views

urlpatterns = [
    path("", views.register, name="facilities"),
    path("figures/", views.figures, name="facility-figures"),
    path("new/", views.new, name="new-facility"),
    path("<uuid:key>/", views.facility, name="facility"),
    path("<uuid:key>/inspect/", views.inspect, name="inspect-facility"),
    path("<uuid:key>/install/", views.install, name="install-facility"),
    path("<uuid:key>/take-off/", views.take_off, name="take-off-facility"),
    path("<uuid:key>/code/", views.make_code, name="facility-code"),
    path("<uuid:key>/report/", views.report, name="report-facility"),
]
