"""The page on which a matter is split: a row for each part, and what the part's method asks beside the words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.answers import BadAnswers, read_answers
from linli.matters.forms import Ask, Attempt, asks, given_in, read_key
from linli.matters.models import Matter
from linli.matters.page import MatterPage
from linli.matters.views import reader_of, sign_in_first
from linli.people.queries import Line, line_with_seats
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.requests.loop.actions.splitting import MOST, NOT_THERE, NOT_THIS_BOOK, NewPart, split
from linli.requests.loop.policies import require_office
from linli.requests.loop.splits import asked_of_part, books_for_parts, photos_to_take, places_near
from linli.requests.loop.views import matter_for, page, tried

FIRST_ROWS = 2
NOBODYS = uuid.UUID(int=0)  # stands for what is no photo at all, and is refused like one that has gone
MORE, KEY, ROWS = "_more", "_key", "_rows"


@dataclass(frozen=True, slots=True)
class Row:
    """One part as it stands in the form. The first words asked for stand in `text`; whatever else, in `asks`."""

    index: int
    book: str
    place: str
    text: str
    asks: tuple[Ask, ...]
    photos: tuple[str, ...] = ()  # those chosen for it
    error: Said | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was sent, against what may be chosen."""

    posted: QueryDict
    books: Mapping[str, Playbook]
    places: Mapping[str, Place]
    line: Line

    def rows(self, number: int, problems: Mapping[int, Mapping[str, Said]]) -> list[Row]:
        return [self._row(index, problems.get(index, {})) for index in range(number)]

    def _row(self, index: int, problems: Mapping[str, Said]) -> Row:
        book, text = self._given(index, "book"), self._given(index, "text")
        shown: tuple[Ask, ...] = ()
        if book in self.books and text.strip():
            attempt = Attempt(f"part{index}", self._answers_typed(index, self.books[book]), problems)
            fields = asked_of_part(self.books[book])[1:]
            found = asks(fields, self.line, form=f"part{index}", attempt=attempt)
            shown = tuple(replace(ask, name=f"{index}-{ask.name}") for ask in found)
        first = next(iter(problems.values()), None) if problems else None
        return Row(index, book, self._given(index, "place"), text, shown, self._photos(index), first)

    def _given(self, index: int, name: str) -> str:
        return self.posted.get(f"{index}-{name}", "")

    def _photos(self, index: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.posted.getlist(f"{index}-photo")))

    def _answers_typed(self, index: int, book: Playbook) -> QueryDict:
        """The answers of one row under the names that its method asks for."""
        typed = QueryDict(mutable=True)
        fields = asked_of_part(book)
        typed[fields[0].name] = self._given(index, "text")
        for one in fields[1:]:
            typed.setlist(one.name, self.posted.getlist(f"{index}-{one.name}"))
        return typed

    def read(self) -> tuple[list[NewPart], dict[int, dict[str, Said]]]:
        """The parts, and what is wrong with each; a row without words is none."""
        parts, problems = [], {}
        for index in range(MOST):
            if not self._given(index, "text").strip():
                continue
            try:
                parts.append(self._part(index))
            except BadAnswers as bad:
                problems[index] = dict(bad.problems)
        return parts, problems

    def _part(self, index: int) -> NewPart:
        book = self.books.get(self._given(index, "book"))
        place = self.places.get(self._given(index, "place"))
        if book is None:
            raise BadAnswers({"book": NOT_THIS_BOOK.filled(book=self._given(index, "book") or "—")})
        if place is None:
            raise BadAnswers({"place": NOT_THERE})
        fields = asked_of_part(book)
        given: dict[str, Any] = given_in(fields, self._answers_typed(index, book))
        chosen = tuple(read_key(one) or NOBODYS for one in self._photos(index))
        return NewPart(book.name, place, read_answers(fields, given, self.line), chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def split_matter(request: HttpRequest, number: int) -> HttpResponse:
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    matter = matter_for(request, number)
    require_office(reader_of(request), matter)
    near = places_near(matter)
    sheet = Sheet(
        request.POST,
        books_for_parts(),
        {str(place.pk): place for place, _ in near},
        line_with_seats(matter.place, ["resident"]),
    )
    if request.method != "POST" or MORE in request.POST:
        return _sheet(request, matter, sheet, near, more=MORE in request.POST)
    parts, problems = sheet.read()
    if problems:
        return _sheet(request, matter, sheet, near, problems=problems)
    key = read_key(request.POST.get(KEY)) or uuid.uuid4()
    return tried(
        request, matter, "split", lambda one: split(one, parts, actor=reader_of(request), key=key),
        lambda refused: _sheet(request, matter, sheet, near, refused=refused),
    )  # fmt: skip


def _sheet(
    request: HttpRequest, matter: Matter, sheet: Sheet, near: Sequence[tuple[Place, Said]], *, more: bool = False,
    problems: Mapping[int, Mapping[str, Said]] | None = None, refused: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    wanted = request.POST.get(ROWS, "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else FIRST_ROWS
    rows = sheet.rows(min(max(number, 1) + more, MOST), problems or {})
    shows = {
        "rows": rows,
        "books": [(name, book.title) for name, book in sheet.books.items()],
        "places": [(str(place.pk), said) for place, said in near],
        "own": str(matter.place_id),
        "photos": [str(photo.pk) for photo in photos_to_take(matter)],
        "key": request.POST.get(KEY) or uuid.uuid4(),
        "full": len(rows) >= MOST,
        "problems": bool(problems),
        "opening": [words for words in MatterPage(matter, reader_of(request)).opening if not words.photos],
    }
    answer = page(request, "loop/split.html", matter, shows, refused)
    if problems:
        answer.status_code = 422
    return answer
