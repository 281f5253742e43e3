from __future__ import annotations

from django.urls import include, path

from linli.people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("", include("linli.people.entrance.urls")),
]
