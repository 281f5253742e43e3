from __future__ import annotations

from django.urls import path

from linli.desk import bulk_views, calling_back_views, export_views, taking_down_views, views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/filters/save/", views.save, name="save-filter"),
    path("desk/filters/<uuid:saved>/drop/", views.drop, name="drop-filter"),
    path("desk/bulk/", bulk_views.bulk, name="bulk"),
    path("desk/bulk/<uuid:made>/", bulk_views.done, name="bulk-done"),
    path("matters/", views.matters, name="matters"),
    path("matters/export/", export_views.export, name="export"),
    path("take-down/", taking_down_views.choose, name="take-down"),
    path("take-down/<int:number>/done/", taking_down_views.taken_down, name="taken-down"),
    path("take-down/<slug:name>/", taking_down_views.form, name="take-down-form"),
    path("call-back/<int:number>/", calling_back_views.call, name="call-back"),
    path("call-back/<int:number>/number/", calling_back_views.number, name="call-back-number"),
]
