from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "linli.record"
