from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "linli.insight"

    def ready(self) -> None:
        """Folding joins the lateness job's round; every playbook's page shows its figures."""
        import_module("linli.insight.lent")
