from __future__ import annotations

from django.urls import path

from linli.register import views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/<uuid:pk>/", views.room, name="room"),
    path("register/<uuid:pk>/open/", views.open_room, name="open-room"),
    path("register/<uuid:pk>/members/", views.add_member, name="add-member"),
    path("register/<uuid:pk>/members/<uuid:member>/end/", views.remove_member, name="end-member"),
    path("posts/", views.posts, name="posts"),
    path("posts/fill/", views.fill, name="fill-post"),
    path("posts/<uuid:pk>/end/", views.end, name="end-post"),
    path("posts/<uuid:pk>/card/", views.card, name="card"),
    path("grids/", views.all_grids, name="grids"),
    path("grids/<slug:which>/", views.grid, name="grid"),
]
