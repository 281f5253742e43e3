from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RecordConfig(AppConfig):
    name = "linli.record"

    def ready(self) -> None:
        """Every app's `beside_record.py` says what it keeps beside the record."""
        autodiscover_modules("beside_record")
