from __future__ import annotations

from django.urls import include, path

from linli.requests import category_views, views

urlpatterns = [
    path("raise/<slug:name>/category/", category_views.category_field, name="category-field"),
    path("categories/", category_views.tree, name="categories"),
    path("categories/tree.yaml", category_views.export, name="export-categories"),
    path("categories/import/", category_views.import_tree, name="import-categories"),
    path("category/new/", category_views.new, name="new-category"),
    path("category/<slug:code>/", category_views.edit, name="edit-category"),
    path("category/<slug:code>/move/", category_views.move, name="move-category"),
    path("search/", views.search_page, name="search"),
    path("matters/<int:number>/join/", views.join_matter, name="join"),
    path("matters/<int:number>/leave/", views.leave_matter, name="leave"),
    path("matters/<int:number>/judge/", views.judge_matter, name="judge"),
    path("menu/", include("linli.requests.menu.urls")),
    path("replies/", include("linli.requests.replies.urls")),
    path("facilities/", include("linli.requests.facilities.urls")),
    path("plan/", include("linli.requests.plans.urls")),
    path("", include("linli.requests.codes.urls")),
    path("", include("linli.requests.loop.urls")),
]
