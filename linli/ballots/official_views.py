"""The page on which a scrutineer tries the file of an official e-voting system and then enters it. Nothing is kept between."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.ballots.actions.official_files import Looked, Offered, enter_result, try_result
from linli.ballots.asked import CHOICES, Asked, with_commas
from linli.ballots.models import Ballot
from linli.ballots.official.sample import sample_map
from linli.ballots.page import BallotPage
from linli.ballots.policies import require_scrutineer
from linli.ballots.views import visible_ballot
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.deeds import Tried
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.register.received import MOST_BYTES
from linli.register.table_runs import bad_rows_told

MOST_MAP = 100_000
CHOOSE_RESULT = Said(
    "请选择结果文件（CSV 或 XLSX），最大 5 MB。", "Please choose the result file (CSV or XLSX), at most 5 MB."
)
CHOOSE_MAP = Said("请选择映射文件（YAML），最大 100 KB。", "Please choose the mapping (YAML), at most 100 KB.")


@dataclass(frozen=True, slots=True)
class Sum:
    asked: Asked
    cells: Sequence[tuple[Said, int, str]]  # choice, heads, area


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_official(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    found = visible_ballot(reader, key)
    require_scrutineer(reader, found)
    if request.method != "POST":
        return _page(request, found)
    try:
        offered = _offered(request)
        if "seen" in request.POST:
            enter_result(found, offered, seen=request.POST["seen"], actor=reader)
            return SeeOther(f"{reverse('ballot', args=[found.pk])}?done=official")
        return _page(request, found, try_result(found, offered, actor=reader))
    except Refused as refused:
        return _page(request, found, refused=refused)


def _offered(request: HttpRequest) -> Offered:
    name, content = _file(request, "result", MOST_BYTES, CHOOSE_RESULT)
    mapping_name, mapping = _file(request, "map", MOST_MAP, CHOOSE_MAP)
    return Offered(name, content, mapping_name, mapping)


def _file(request: HttpRequest, field: str, most: int, missing: Said) -> tuple[str, bytes]:
    file = request.FILES.get(field)
    if file is None or not file.size or file.size > most:
        raise Refused(missing)
    return (file.name or "")[-60:], file.read()


def _page(
    request: HttpRequest, found: Ballot, looked: Looked | None = None, refused: Refused | None = None
) -> HttpResponse:
    tried = Tried("official", refused.sentence) if refused else Tried()
    page = BallotPage(found, reader_of(request), tried)
    bad = looked.result.bad if looked and looked.result else []
    context = {
        "page": page,
        "looked": looked,
        "bad": list(bad_rows_told(bad)),
        "sums": _sums(page, looked) if looked else [],
        "sample": sample_map(found.platform, [asked.row.number for asked in page.questions]),
    }
    return render(request, "ballots/official.html", context, status=refused.status if refused else 200)


def _sums(page: BallotPage, looked: Looked) -> list[Sum]:
    """Of a file that tells sums. What homes chose is not added up while they can still vote."""
    totals = looked.result.totals if looked.result else {}
    told = [(asked, totals[asked.row.key]) for asked in page.questions if asked.row.key in totals]
    return [
        Sum(asked, [(said, tally.of(name).heads, with_commas(tally.of(name).area)) for name, said in CHOICES.items()])
        for asked, tally in told
    ]
