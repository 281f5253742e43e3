from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.matters.forms import KEY, NOTHING_TRIED, Ask, Attempt, asks, read_key
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.notices.actions.postings import answer_concern, prove, raise_concern
from linli.notices.actions.telling import choose_kinds, mark_read
from linli.notices.asking import ANSWER, CONCERN, PROOF, UPHELD
from linli.notices.kinds import KINDS, OPTIONAL
from linli.notices.models import Concern, Posting
from linli.notices.policies import EVERYBODY, is_poster, may_object, may_read_words, stands
from linli.notices.queries import (
    concerns_of,
    declined_by,
    find_posting,
    matter_number_of,
    notice_rows,
    posting_rows,
)
from linli.notices.texts import words_of
from linli.people.queries import Line
from linli.people.reader import Reader
from linli.register.kinds import ELECTORATES

DONE = {
    "proven": Said("张贴证明已登记，公示期从现在起算。", "The proof is recorded; the time counts from now."),
    "raised": Said("意见已提交，张贴单位会逐条答复。", "Your concern is in; who posted this will answer it."),
    "answered": Said("答复已登记并公开。", "The answer is recorded and public."),
}
NEEDS_A_KEY = Said("请刷新页面后再提交一次。", "Please reload the page and send it once more.")


@dataclass(frozen=True, slots=True)
class ConcernShown:
    """One concern as a reader may see it: its words for who wrote and who answers it, the answer for everybody."""

    concern: Concern
    words: str
    answer: str
    hidden: bool
    asks: tuple[Ask, ...] = ()


@dataclass
class PostingPage:
    posting: Posting
    reader: Reader
    attempt: Attempt = NOTHING_TRIED
    line: Line = field(default_factory=lambda: Line((), frozenset()))

    @property
    def stands(self) -> bool:
        return stands(self.posting)

    @property
    def open_for_concerns(self) -> bool:
        ends_at = self.posting.ends_at
        return self.stands and (ends_at is None or clock.now() < ends_at)

    @property
    def is_poster(self) -> bool:
        return is_poster(self.reader, self.posting)

    @property
    def may_object(self) -> bool:
        return self.open_for_concerns and not self.is_poster and may_object(self.reader, self.posting)

    @property
    def objectors(self) -> Said | None:
        named = self.posting.objectors
        return None if named == EVERYBODY else ELECTORATES[named]

    @property
    def proof_asks(self) -> list[Ask]:
        return asks([PROOF], self.line, form="prove", attempt=self.attempt)

    @property
    def concern_asks(self) -> list[Ask]:
        return asks([CONCERN], self.line, form="object", attempt=self.attempt)

    @property
    def key(self) -> str:
        return self.attempt.given.get(KEY, "") or str(uuid.uuid4())

    @property
    def concerns(self) -> list[ConcernShown]:
        found = concerns_of(self.posting)
        words, poster = words_of(found), self.is_poster
        return [self._shown(one, words, poster=poster) for one in found]

    def _shown(self, one: Concern, words: dict[int, dict[str, Any]], *, poster: bool) -> ConcernShown:
        may = may_read_words(self.reader, one, poster=poster)
        said = str(words.get(one.event_id, {}).get(CONCERN.name, "")) if may else ""
        answer = str(words.get(one.answer_event_id or 0, {}).get(ANSWER.name, ""))
        form = f"answer-{one.number}"
        asked = asks([ANSWER, UPHELD], self.line, form=form, attempt=self.attempt) if poster else []
        return ConcernShown(one, said, answer, not may, tuple(asked) if one.answered_at is None else ())


@require_safe
def postings(request: HttpRequest) -> HttpResponse:
    current = request.GET.get("show") != "archive"
    rows, more = posting_rows(current=current, before=request.GET.get("before", ""))
    return render(request, "notices/postings.html", {"postings": rows, "more": more, "current": current})


@require_safe
def posting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _found(key))


@require_safe
def sheet(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One sheet of A4 for the board downstairs, with the way to this page."""
    found = _found(key)
    address = request.build_absolute_uri(reverse("posting", args=[found.pk]))
    return render(request, "notices/sheet.html", {"posting": found, "address": address, "dots": _drawn(address)})


def _drawn(address: str) -> SafeString:
    drawing = segno.make_qr(address, error="q").svg_inline(omitsize=True, border=2)
    return mark_safe(drawing)  # noqa: S308 our own dots, no text of anybody


def _found(key: uuid.UUID) -> Posting:
    found = find_posting(key)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Posting, attempt: Attempt = NOTHING_TRIED, status: int = 200) -> HttpResponse:
    done = DONE.get(request.GET.get("done", ""))
    page = PostingPage(found, reader_of(request), attempt)
    return render(request, "notices/posting.html", {"page": page, "posting": found, "done": done}, status=status)


Deed = Callable[[Posting, Reader], object]


def _do(request: HttpRequest, key: uuid.UUID, form: str, done: str, deed: Deed) -> HttpResponse:
    """Do it, or show the page again with what was typed."""
    address = reverse("posting", args=[key])
    if request.method != "POST":
        return HttpResponseRedirect(address)
    found = _found(key)
    try:
        if reader_of(request).person is None:
            raise NotYours(SIGN_IN_FIRST)
        deed(found, reader_of(request))
    except BadAnswers as bad:
        return _page(request, _found(key), Attempt(form, request.POST, bad.problems, files=request.FILES), 422)
    except Refused as refused:
        attempt = Attempt(form, request.POST, {}, refused.sentence, files=request.FILES)
        return _page(request, _found(key), attempt, refused.status)
    return SeeOther(f"{address}?done={done}#{form}")


def prove_posting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    photos = request.FILES.getlist(PROOF.name)
    return _do(request, key, "prove", "proven", lambda found, actor: prove(found, photos=photos, actor=actor))


def object_to_posting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _do(request, key, "object", "raised", lambda found, actor: _raise(found, request.POST, actor))


def _raise(found: Posting, posted: QueryDict, actor: Reader) -> None:
    key = read_key(posted.get(KEY))
    if key is None:
        raise Refused(NEEDS_A_KEY)
    raise_concern(found, text=posted.get(CONCERN.name, ""), actor=actor, key=key)


def answer(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    def deed(found: Posting, actor: Reader) -> None:
        concern = found.concerns.select_related("posting").filter(number=number).first()
        if concern is None:
            raise Http404
        text, upheld = request.POST.get(ANSWER.name, ""), request.POST.get(UPHELD.name, "")
        answer_concern(concern, text=text, upheld=upheld, actor=actor)

    return _do(request, key, f"answer-{number}", "answered", deed)


# -- the inbox


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    rows, more = notice_rows(reader, before=request.GET.get("before", ""))
    declined = declined_by(reader)
    kinds = [(name, KINDS[name].title, name not in declined) for name in OPTIONAL]
    return render(request, "notices/inbox.html", {"rows": rows, "more": more, "kinds": kinds})


def open_notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Reading a notice is opening its matter."""
    reader = reader_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("inbox"))
    number = matter_number_of(reader, notice) if reader.person else None
    if reader.person is None or number is None:
        raise Http404
    mark_read(reader.person, notice)
    return SeeOther(reverse("matter", args=[number]))


def read_all(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if request.method == "POST":
        if reader.person is None:
            raise NotYours(SIGN_IN_FIRST)
        mark_read(reader.person)
    return SeeOther(reverse("inbox")) if request.method == "POST" else HttpResponseRedirect(reverse("inbox"))


def choose(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if request.method == "POST":
        if reader.person is None:
            raise NotYours(SIGN_IN_FIRST)
        choose_kinds(reader.person, request.POST.getlist("kind"))
    return SeeOther(reverse("inbox")) if request.method == "POST" else HttpResponseRedirect(reverse("inbox"))
