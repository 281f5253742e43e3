from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from linli.districts.actions import furnish_all


class Command(BaseCommand):
    help = "Serve the pages on 127.0.0.1:8000, and look after what is late every minute. Ctrl-C stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000")
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *args: Any, bind: str, workers: int, threads: int, **options: Any) -> None:
        for district, done in furnish_all():
            for said in done:
                self.stdout.write(f"{district.schema_name}: {said.zh}")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"http://{bind}/")
        self.stdout.flush()
        command = [sys.executable, "-m", "gunicorn", "--config", "python:linli.config.gunicorn", "--bind", bind]
        command += ["--workers", str(workers), "--threads", str(threads), "linli.config.wsgi"]
        os.execv(sys.executable, command)  # noqa: S606 the program is our own interpreter
