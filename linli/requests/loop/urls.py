from __future__ import annotations

from django.urls import path

from linli.requests.loop import link_views, list_views, split_views, views

urlpatterns = [
    path("matters/<int:number>/question/", views.question, name="question"),
    path("matters/<int:number>/question/answer/", views.answer_question, name="answer-question"),
    path("matters/<int:number>/question/link/", views.question_link, name="question-link"),
    path("matters/<int:number>/question/link/revoke/", views.revoke_question_link, name="revoke-question-link"),
    path("matters/<int:number>/question/take-back/", views.take_back_question, name="take-back-question"),
    path("matters/<int:number>/split/", split_views.split_matter, name="split"),
    path("matters/<int:number>/same/", views.same, name="same"),
    path("matters/<int:number>/same/undo/", views.undo_same, name="undo-same"),
    path("matters/<int:number>/recheck/", views.recheck, name="recheck"),
    path("matters/<int:number>/not-ours/", views.not_ours, name="not-ours"),
    path("a/<str:token>/", link_views.by_link, name="answer-by-link"),
    path("remit/", list_views.remit, name="remit"),
    path("remit/line/", list_views.remit_line, name="remit-line"),
    path("remit/<uuid:entry>/end/", list_views.end_remit_line, name="end-remit-line"),
    path("remit/import/", list_views.import_remit, name="import-remit"),
    path("rechecks/", list_views.rechecks, name="rechecks"),
]
