from __future__ import annotations

from django.urls import path

from linli.matters import deadline_views, photo_files, photo_views, views

urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("calendar/deadlines/", deadline_views.new_deadlines, name="new-deadlines"),
    path("overdue/", views.overdue, name="overdue"),
    path("raise/", views.choose, name="raise"),
    path("raise/<slug:name>/", views.raise_form, name="raise-form"),
    path("matters/<int:number>/", views.matter, name="matter"),
    path("matters/<int:number>/move/<slug:name>/", views.make_move, name="move"),
    path("matters/<int:number>/delay/", views.delay, name="delay"),
    path("matters/<int:number>/delay/rule/", views.ruled_delay, name="rule-delay"),
    path("matters/<int:number>/objection/", views.objection, name="objection"),
    path("matters/<int:number>/objection/rule/", views.ruled_objection, name="rule-objection"),
    path("matters/<int:number>/open/", views.open_encrypted, name="open"),
    path("matters/<int:number>/photos/<uuid:photo>/", photo_views.photo, name="photo"),
    path(
        "matters/<int:number>/photos/<uuid:photo>/small/",
        photo_views.photo,
        {"size": photo_files.SMALL},
        name="photo-small",
    ),
]
