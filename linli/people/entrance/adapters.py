"""What the library asks of us: secrets are sealed, and a device is told the person's name and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.http.request import split_domain_port

from linli.people.models import Person
from linli.record.sealer import sealer


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return sealer().seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealer().open(encrypted_text.encode())

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.name if isinstance(user, Person) else ""

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return str(getattr(getattr(connection, "tenant", None), "name", "") or "Linli")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host, _ = split_domain_port(context.request.get_host())
        return {"id": host, "name": self._get_site_name()}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        name = user.name if isinstance(user, Person) else ""
        return {"id": user.pk.bytes, "name": name, "display_name": name}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nobody has a mail address here."""
