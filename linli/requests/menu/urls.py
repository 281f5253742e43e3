from __future__ import annotations

from django.urls import path

from linli.requests.menu import editing_views, views

urlpatterns = [
    path("", views.menu, name="menu"),
    path("services/", editing_views.items, name="services"),
    path("services/new/", editing_views.new, name="new-service"),
    path("services/<uuid:key>/", editing_views.service, name="service"),
    path("services/<uuid:key>/change/", editing_views.change, name="change-service"),
    path("services/<uuid:key>/withdraw/", editing_views.withdraw, name="withdraw-service"),
    path("services/<uuid:key>/slots/", editing_views.add_slots, name="add-slots"),
    path("services/<uuid:key>/slots/<uuid:slot>/withdraw/", editing_views.withdraw_slot, name="withdraw-slot"),
    path("<uuid:key>/", views.item, name="menu-item"),
    path("<uuid:key>/order/", views.order_item, name="order-item"),
]
