from __future__ import annotations

from django.urls import path

from linli.desk import views

urlpatterns = [path("desk/", views.desk, name="desk")]
