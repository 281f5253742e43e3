from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from linli.desk.actions.exporting import note_export
from linli.desk.exports import csv_lines, number_of, rows_of, workbook
from linli.desk.lists import all_books, narrowed
from linli.desk.views import filter_in, searched_for
from linli.lib import clock
from linli.matters.views import reader_of
from linli.requests.searching import holding

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Sent as it is read: the first lines are there before the last ones are looked up."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("matters"))
    reader, asked, text = reader_of(request), filter_in(request), searched_for(request)
    found = narrowed(reader, asked, all_books())
    found = found.filter(holding(reader, text)) if text else found
    wanted = request.POST.get("format", "")
    written = note_export(asked, wanted, number_of(found), searched=bool(text), actor=reader)
    return _table(found[: written.rows], wanted)


def _table(found: Any, wanted: str) -> HttpResponseBase:
    language, rows = get_language() or "zh-hans", rows_of(found)
    name = f"linli-{clock.local_day(clock.now()):%Y%m%d}.{wanted}"
    if wanted == "xlsx":
        answer: HttpResponseBase = FileResponse(workbook(rows, language), content_type=XLSX)
    else:
        answer = StreamingHttpResponse(csv_lines(rows, language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
