from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DistrictsConfig(AppConfig):
    name = "linli.districts"

    def ready(self) -> None:
        """Every app's `at_opening.py` says what a new neighbourhood must have."""
        autodiscover_modules("at_opening")
