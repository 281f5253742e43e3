"""Printed codes: where a scanned one leads, and the pages on which they are made, printed and revoked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.actions.raising import raise_matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.raising_page import Scanned
from linli.matters.views import SeeOther, raise_form, reader_of, sign_in_first
from linli.people.reader import Reader
from linli.places.code_actions import count_opening
from linli.places.code_queries import code_of, codes_for, is_live, place_of, places_of_level
from linli.places.facility_queries import standing
from linli.places.levels import LEVELS as LEVEL_TITLES
from linli.places.models import Code, Facility, Place
from linli.places.queries import line_of, lines_of
from linli.requests.facilities import actions
from linli.requests.facilities.actions import LEVELS, REPAIR, title_of
from linli.requests.facilities.policies import FOR_KEEPERS, KEEPERS, areas, is_keeper, may_inspect
from linli.requests.facilities.queries import places_in, said_of

AGAIN = "again"  # the way on after signing in: the same scan, not another opening
FACILITY = "facility"
KINDS_OF_CODE = (*LEVELS, FACILITY)
FACILITIES = Said("设施", "Facilities")
AT = Said("{what}（{where}）", "{what} ({where})")


@require_safe
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """Where the camera leads. A facility's code opens the inspection for whoever looks after it, everything else the report."""
    code = code_of(token)
    if code is None or not is_live(code):
        return _gone(request, code)
    if request.method == "GET" and AGAIN not in request.GET:
        count_opening(code)
    reader = reader_of(request)
    if reader.person is None:
        onward = f"{reverse('code', args=[code.token])}?{AGAIN}=yes"
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': onward})}")
    if code.facility is not None and may_inspect(reader, code.facility):
        return HttpResponseRedirect(reverse("facility", args=[code.facility_id]))
    return HttpResponseRedirect(reverse("report-by-code", args=[code.token]))


def _gone(request: HttpRequest, code: Code | None) -> HttpResponse:
    """410 for a code that once led somewhere, 404 for one that never did; both offer the ordinary way."""
    return render(request, "codes/gone.html", {"known": code is not None}, status=404 if code is None else 410)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    """The report form with the place filled in. Which place that is, the server knows from the token."""
    code = code_of(token)
    if code is None or not is_live(code):
        return _gone(request, code)
    place = place_of(code)
    where = said_of(line_of(place))
    if code.facility is None:
        return raise_form(request, REPAIR, Scanned(place, where), raise_matter)
    title = AT.filled(what=title_of(code.facility), where=where)
    return raise_form(request, REPAIR, Scanned(place, title), partial(actions.raise_about, code.facility))


# -- for those who keep the codes


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which codes: for the places of one level, or the facilities, at a place and below it."""

    under: Place
    kind: str

    @property
    def query(self) -> str:
        return urlencode({"under": self.under.path, "kind": self.kind})

    @property
    def places(self) -> list[Place]:
        return [] if self.kind == FACILITY else places_of_level(self.under, self.kind)

    @property
    def facilities(self) -> list[Facility]:
        return list(standing(self.under).select_related("place")) if self.kind == FACILITY else []

    @property
    def codes(self) -> list[Code]:
        return codes_for(self.under, "" if self.kind == FACILITY else self.kind)


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    _require_keeper(reader)
    offered = places_in(areas(reader, KEEPERS), ("community", *LEVELS[:3]))
    chosen = _chosen(request.GET, [place for place, _ in offered])
    context = {
        "offered": offered,
        "kinds": [(kind, LEVEL_TITLES.get(kind, FACILITIES)) for kind in KINDS_OF_CODE],
        "chosen": chosen,
        "stickers": stickers(chosen.codes) if chosen else [],
        "wanted": len(chosen.places) + len(chosen.facilities) if chosen else 0,
    }
    return render(request, "codes/codes.html", context)


def _require_keeper(reader: Reader) -> None:
    if not is_keeper(reader):
        raise NotYours(FOR_KEEPERS if reader.person else SIGN_IN_FIRST)


def _chosen(given: QueryDict, offered: list[Place]) -> Chosen | None:
    """The first place of the reader's own and its buildings, unless something else of theirs was chosen."""
    if not offered:
        return None
    under = next((place for place in offered if place.path == given.get("under")), offered[0])
    kind = given.get("kind", "")
    return Chosen(under, kind if kind in KINDS_OF_CODE else "building")


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("codes"))
    chosen = _own(request, request.POST)
    actions.make_codes(chosen.under, chosen.places, chosen.facilities, actor=reader_of(request))
    return SeeOther(f"{reverse('codes')}?{chosen.query}")


def _own(request: HttpRequest, given: QueryDict) -> Chosen:
    """What was asked for, of a place that the reader keeps; 404 for any other."""
    reader = reader_of(request)
    _require_keeper(reader)
    under = Place.objects.filter(path=given.get("under", "")).first()
    mine = {place.path for place in areas(reader, KEEPERS)}
    kind = given.get("kind", "")
    if under is None or kind not in KINDS_OF_CODE or not mine & set(under.line):
        raise Http404
    return Chosen(under, kind)


@require_safe
def print_sheets(request: HttpRequest) -> HttpResponse:
    """Sheets of A4 to cut up. They show a name and a square of dots, and the address in it holds nothing but the token."""
    if reader_of(request).person is None:
        return sign_in_first(request)
    chosen = _own(request, request.GET)
    drawn = [(one, _drawn(request.build_absolute_uri(one.path))) for one in stickers(chosen.codes)]
    return render(request, "codes/print.html", {"drawn": drawn, "chosen": chosen, "host": request.get_host()})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("codes"))
    _require_keeper(reader_of(request))
    code = Code.objects.select_related("place", "facility__place").filter(pk=key).first()
    if code is None:
        raise Http404
    actions.revoke(code, place_of(code), actor=reader_of(request))
    back = {name: request.POST[name] for name in ("under", "kind") if name in request.POST}
    return SeeOther(f"{reverse('codes')}?{urlencode(back)}")


@dataclass(frozen=True, slots=True)
class Sticker:
    """One code as people see it."""

    code: Code
    name: Said
    where: Said
    opened: int

    @property
    def path(self) -> str:
        return reverse("code", args=[self.code.token])

    @property
    def typed(self) -> str:
        """For whoever types it off the wall."""
        return f"{self.code.token[:5]}-{self.code.token[5:]}"


def stickers(found: list[Code]) -> list[Sticker]:
    lines = lines_of(place_of(code) for code in found)
    return [_sticker(code, lines[place_of(code).pk]) for code in found]


def _sticker(code: Code, line: list[Place]) -> Sticker:
    near = [place for place in line if place.level in ("building", "unit")] or line[-1:]
    above = [place for place in line if place not in near]
    opened = int(getattr(code, "opened", 0))
    if code.facility is not None:
        return Sticker(code, title_of(code.facility), said_of(line), opened)
    return Sticker(code, said_of(near), said_of(above) if above else Said("", ""), opened)


def _drawn(address: str) -> SafeString:
    """A quarter of the dots may be scratched away and it still reads."""
    drawing = segno.make_qr(address, error="q").svg_inline(omitsize=True, border=2)
    return mark_safe(drawing)  # noqa: S308 our own dots, no text of anybody
