from __future__ import annotations

from django.urls import path, re_path

from linli.record.log import views

NUMBER = r"(?P<number>(?:x\d{3}/)*\d{3})"
urlpatterns = [
    path("", views.page, name="log"),
    path("checkpoint", views.checkpoint, name="log-checkpoint"),
    path("key", views.key, name="log-key"),
    path("proof/inclusion", views.inclusion, name="log-inclusion"),
    path("proof/consistency", views.consistency, name="log-consistency"),
    path("cosign", views.cosign, name="log-cosign"),
    re_path(rf"^tile/(?P<level>\d{{1,2}})/{NUMBER}$", views.tile, name="log-tile"),
    re_path(rf"^tile/(?P<level>\d{{1,2}})/{NUMBER}\.p/(?P<width>\d{{1,3}})$", views.tile, name="log-tile-part"),
]
