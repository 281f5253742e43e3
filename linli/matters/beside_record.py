from __future__ import annotations

from collections.abc import Iterable

from linli.matters import chores
from linli.matters.actions.photographs import clear_abandoned, forget_photos
from linli.matters.models import Matter
from linli.record import heads as heads_of
from linli.record.beside import Beside, register
from linli.record.heads import Head
from linli.record.log.actions import tend_log


def heads() -> Iterable[Head]:
    rows = Matter.objects.values_list("pk", "version", "head").iterator(chunk_size=2000)
    return (Head(pk, version, bytes(head)) for pk, version, head in rows)


heads_of.register("matter", heads)
register(Beside("photos", forget_photos))
chores.register("abandoned photos", clear_abandoned)
chores.register("logged", tend_log)
