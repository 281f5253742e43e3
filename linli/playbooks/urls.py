from __future__ import annotations

from django.urls import path

from linli.playbooks import views

urlpatterns = [
    path("", views.gallery, name="playbooks"),
    path("<slug:name>/", views.book, name="playbook"),
]
