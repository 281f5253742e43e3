"""The application at a later time: so many seconds from now as a file says. For journeys that take weeks.

Whenever the file says something else, ballots have their turn of the job that runs every minute first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from django_tenants.utils import tenant_context

from linli.config.wsgi import application as plain  # isort: skip — makes the apps ready for what follows
from linli.ballots.actions.closing import tend_ballots
from linli.districts.queries import all_districts
from linli.lib import clock

LATER = Path(os.environ["LINLI_LATER"])
_turn = Lock()
_seen = {"later": 0}


def tend() -> None:
    for district in all_districts():
        with tenant_context(district):
            tend_ballots()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    later = int(LATER.read_text("utf-8"))
    with clock.at(datetime.now(UTC) + timedelta(seconds=later)):
        with _turn:
            if later != _seen["later"]:
                tend()
                _seen["later"] = later
        answer = plain(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()
