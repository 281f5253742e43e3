"""Which channel carries messages to phones, from the environment."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from linli.config import environment
from linli.people.entrance.channels import Channel, channel_from


def channel_named(name: str, token: str, home: Path, *, default: str) -> Channel | None:
    try:
        return channel_from(environment.text(name, default), home=home, token=environment.text(token))
    except ValueError as wrong:
        raise ImproperlyConfigured(str(wrong)) from None
