"""How a person is remembered between requests. Ways to prove who one is come with the sign-in of residents and staff."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from linli.people.models import Person


class PersonBackend(BaseBackend):
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """Nobody is let in by credentials yet; the demonstration signs in by choosing a person (`LINLI_DEMO`)."""
        return None

    def get_user(self, user_id: Any) -> Person | None:
        try:
            return Person.objects.filter(pk=uuid.UUID(str(user_id)), shredded_at__isnull=True).first()
        except ValueError:
            return None
