from __future__ import annotations

from django.urls import path

from linli.insight import views

urlpatterns = [
    path("", views.board, name="board"),
    path("figures.csv", views.table, name="board-table"),
    path("rows/", views.rows, name="board-rows"),
    path("exclusion/<int:number>/", views.exclusion, name="exclusion"),
    path("exclusion/<int:number>/ask/", views.ask, name="ask-exclusion"),
    path("exclusion/<int:number>/rule/", views.rule, name="rule-exclusion"),
]
