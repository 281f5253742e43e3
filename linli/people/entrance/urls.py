from __future__ import annotations

from django.urls import path

from linli.people.entrance import account_views, phone_views, staff_views

urlpatterns = [
    path("sign-in/phone/", phone_views.ask, name="sign-in-phone"),
    path("sign-in/code/", phone_views.enter, name="sign-in-code"),
    path("sign-in/name/", phone_views.name, name="sign-in-name"),
    path("sign-in/staff/", staff_views.staff, name="sign-in-staff"),
    path("sign-in/second-step/", staff_views.factor, name="sign-in-factor"),
    path("invitation/", staff_views.accept, name="accept-invitation"),
    path("invitation/<str:token>/", staff_views.invitation, name="invitation"),
    path("sign-out/everywhere/", account_views.leave_everywhere, name="sign-out-everywhere"),
    path("account/", account_views.account, name="account"),
    path("account/name/", account_views.change_name, name="change-name"),
    path("account/second-step/", account_views.set_up, name="set-up-factor"),
    path("account/second-step/<int:pk>/remove/", account_views.remove, name="remove-factor"),
    path("account/recovery-codes/", account_views.new_codes, name="recovery-codes"),
]
