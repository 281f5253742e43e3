from __future__ import annotations

from django.urls import path

from linli.ballots import delivery_views, official_views, paper_views, views

urlpatterns = [
    path("", views.ballots, name="ballots"),
    path("<uuid:key>/", views.ballot, name="ballot"),
    path("<uuid:key>/bundle.json", views.bundle, name="ballot-bundle"),
    path("<uuid:key>/<slug:name>.<slug:language>.pdf", paper_views.paper, name="ballot-paper"),
    path("<uuid:key>/vote/<slug:tag>/", views.vote, name="vote"),
    path("<uuid:key>/receipt/<uuid:cast>/", views.receipt, name="vote-receipt"),
    path("<uuid:key>/receipt/<uuid:cast>/file/", views.receipt_file, name="vote-receipt-file"),
    path("<uuid:key>/paper/", views.take_paper, name="take-paper"),
    path("<uuid:key>/official/", official_views.take_official, name="take-official"),
    path("<uuid:key>/sheets/", views.sheets, name="ballot-sheets"),
    path("<uuid:key>/delivery/", delivery_views.deliver, name="deliver"),
    path("<uuid:key>/delivery/worker.js", delivery_views.worker, name="deliver-worker"),
    path("<uuid:key>/<slug:name>/", views.deed, name="ballot-deed"),
]
