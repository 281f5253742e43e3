from __future__ import annotations

from django.urls import path

from linli.requests.plans import views

urlpatterns = [
    path("", views.plan, name="plan"),
    path("buildings/<uuid:pk>/", views.building, name="building"),
]
