from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MattersConfig(AppConfig):
    name = "linli.matters"

    def ready(self) -> None:
        """Every app's `stage_kinds.py` lends its kinds of stage, its `page_parts.py` what it adds to our pages."""
        autodiscover_modules("stage_kinds", "page_parts")
