from __future__ import annotations

from django.urls import include, path

from linli.requests import views

urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("matters/<int:number>/join/", views.join_matter, name="join"),
    path("matters/<int:number>/leave/", views.leave_matter, name="leave"),
    path("matters/<int:number>/judge/", views.judge_matter, name="judge"),
    path("facilities/", include("linli.requests.facilities.urls")),
    path("", include("linli.requests.codes.urls")),
]
