from __future__ import annotations

from django.urls import path

from linli.portal import components, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.change_language, name="language"),
    path("type/", views.change_type, name="type"),
    path("components/", components.components, name="components"),
    path("healthz", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
]
