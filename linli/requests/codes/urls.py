from __future__ import annotations

from django.urls import path

from linli.requests.codes import views

urlpatterns = [
    path("q/<slug:token>/", views.scan, name="code"),
    path("q/<slug:token>/report/", views.report, name="report-by-code"),
    path("codes/", views.codes, name="codes"),
    path("codes/make/", views.make, name="make-codes"),
    path("codes/print/", views.print_sheets, name="print-codes"),
    path("codes/<uuid:key>/revoke/", views.revoke, name="revoke-code"),
]
