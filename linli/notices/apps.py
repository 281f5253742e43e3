from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "linli.notices"

    def ready(self) -> None:
        """Postings that are over end, and people are told, in the lateness job's round."""
        import_module("linli.notices.lent")
