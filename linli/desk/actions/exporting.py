from __future__ import annotations

from linli.desk.filters import Filter
from linli.desk.models import Export
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.reader import Reader

FORMATS = ("csv", "xlsx")
MOST = 50_000
TOO_MANY = Said(
    "符合条件的超过 {most} 件，一次导不完。请缩小提出日期的范围，分几次导出。",
    "More than {most} matters fit; that is too many for one file. Narrow the dates and export in parts.",
)
NOTHING = Said("没有符合条件的事项，没有可导出的内容。", "No matter fits these conditions; there is nothing to export.")
NO_SUCH_FORMAT = Said("请选择 CSV 或 XLSX。", "Please choose CSV or XLSX.")


def note_export(asked: Filter, format: str, rows: int, *, searched: bool, actor: Reader) -> Export:
    """Written before the first row leaves, so that none leaves unrecorded. Of words: only that there were some."""
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if format not in FORMATS:
        raise Refused(NO_SUCH_FORMAT)
    if rows > MOST:
        raise Refused(TOO_MANY.filled(most=f"{MOST:,}"))
    if not rows:
        raise Refused(NOTHING)
    return Export.objects.create(
        person=actor.person, query=asked.query, searched=searched, format=format, rows=rows, exported_at=clock.now()
    )
