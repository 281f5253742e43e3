from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegisterConfig(AppConfig):
    name = "linli.register"

    def ready(self) -> None:
        """Every app's `imports.py` lends what it can load to `linli import`."""
        autodiscover_modules("imports")
