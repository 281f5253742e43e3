from __future__ import annotations

from functools import cache

from django.conf import settings

from linli.lib.sealing import Sealer


@cache
def sealer() -> Sealer:
    """The sealer of this installation's data key."""
    return Sealer(str(settings.DATA_KEY))
