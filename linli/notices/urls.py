from __future__ import annotations

from django.urls import path

from linli.notices import views

urlpatterns = [
    path("postings/", views.postings, name="postings"),
    path("postings/<uuid:key>/", views.posting, name="posting"),
    path("postings/<uuid:key>/sheet/", views.sheet, name="posting-sheet"),
    path("postings/<uuid:key>/prove/", views.prove_posting, name="prove-posting"),
    path("postings/<uuid:key>/object/", views.object_to_posting, name="object-to-posting"),
    path("postings/<uuid:key>/concerns/<int:number>/answer/", views.answer, name="answer-concern"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:notice>/open/", views.open_notice, name="open-notice"),
    path("inbox/read/", views.read_all, name="read-notices"),
    path("inbox/kinds/", views.choose, name="choose-notices"),
]
