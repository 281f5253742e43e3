from __future__ import annotations

from django.urls import path

from linli.register import claim_views, standing_views, views

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
    path("posts/<uuid:pk>/invite/", claim_views.invite, name="invite"),
    path("posts/<uuid:pk>/invite/take-back/", claim_views.take_back, name="take-back-invitation"),
    path("belonging/", claim_views.belonging, name="belonging"),
    path("belonging/<uuid:pk>/withdraw/", claim_views.withdraw, name="withdraw-claim"),
    path("claims/", claim_views.claims, name="claims"),
    path("claims/<uuid:pk>/answer/", claim_views.answer, name="answer-claim"),
    path("standings/", standing_views.standings, name="standings"),
    path("standings/add/", standing_views.add, name="add-standing"),
    path("standings/open/", standing_views.open_names, name="open-standings"),
    path("standings/<uuid:pk>/end/", standing_views.end, name="end-standing"),
    path("grids/", views.all_grids, name="grids"),
    path("grids/<slug:which>/", views.grid, name="grid"),
]
