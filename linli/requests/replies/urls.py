from __future__ import annotations

from django.urls import path

from linli.requests.replies import views

urlpatterns = [
    path("", views.replies, name="replies"),
    path("keep/", views.keep, name="keep-reply"),
    path("<uuid:key>/", views.reply, name="reply"),
    path("<uuid:key>/drop/", views.drop, name="drop-reply"),
]
