"""The pages of the deliberation table: what is talked over and was, and one topic with all that lies on the table."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from linli.matters.deeds import Deeds, Tried
from linli.matters.forms import read_key
from linli.matters.views import reader_of
from linli.meetings.models import Topic
from linli.meetings.table.actions import drawing_up, ending, taking_part
from linli.meetings.table.page import DONE_SAID, TopicPage
from linli.meetings.table.queries import PAGE, find_topic, topic_rows
from linli.people.reader import Reader
from linli.places.models import Place


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """Open to everybody: what is on the table, and what became of it."""
    under = Place.objects.filter(path=request.GET.get("under", "")).first() if request.GET.get("under") else None
    key = read_key(request.GET.get("after"))
    after = Topic.objects.filter(pk=key).first() if key else None
    found = topic_rows(under=under, after=after)
    rows = [TopicPage(one, reader_of(request)) for one in found[:PAGE]]
    context = {
        "under": under,
        "going": [row for row in rows if row.is_open],
        "ended": [row for row in rows if not row.is_open],
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "meetings/table/tables.html", context)


def _found(reader: Reader, key: uuid.UUID) -> Topic:
    """Everybody reads every topic."""
    found = find_topic(key)
    if found is None:
        raise Http404
    return found


@require_safe
def topic(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _found(reader_of(request), key))


def _page(request: HttpRequest, found: Topic, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    page = TopicPage(found, reader_of(request), tried, get_language() or "zh")
    done = DONE_SAID.get(request.GET.get("done", ""))
    return render(request, "meetings/table/topic.html", {"page": page, "done": done}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    return DEEDS.answer(request, key, name)


def _form(name: str, posted: QueryDict) -> str:
    """Which form of the page it was, where there are several of a name."""
    which = posted.get("side") or posted.get("number")
    return f"{name}-{which}" if which else name


def _back(name: str, posted: QueryDict) -> str:
    """To where the page was left: the next statement after an opinion, the options after a change of one."""
    if name == "think":
        return f"#statement-{_number(posted, 'number')}"
    return "#options" if name in ("draw-up", "redraw", "take-back") else ""


def _number(posted: QueryDict, name: str) -> int:
    typed = posted.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def _key(posted: QueryDict) -> uuid.UUID | None:
    return read_key(posted.get("_key"))


def _sheet(posted: QueryDict) -> drawing_up.Sheet:
    return drawing_up.Sheet(**{name: posted.get(name, "") for name in (*drawing_up.LONGEST, "cost")})


def _position(found: Topic, posted: QueryDict, reader: Reader) -> None:
    words = [posted.get(name, "") for name in ("side", "stance", "reason")]
    taking_part.take_position(found, *words, actor=reader, key=_key(posted))


def _state(found: Topic, posted: QueryDict, reader: Reader) -> None:
    taking_part.state(found, posted.get("words", ""), actor=reader, key=_key(posted))


def _think(found: Topic, posted: QueryDict, reader: Reader) -> None:
    taking_part.think(found, _number(posted, "number"), posted.get("choice", ""), actor=reader)


def _set_aside(found: Topic, posted: QueryDict, reader: Reader) -> None:
    number, into = _number(posted, "number"), _number(posted, "into")
    drawing_up.set_aside(found, number, posted.get("reason", ""), into=into, actor=reader)


def _draw_up(found: Topic, posted: QueryDict, reader: Reader) -> None:
    drawing_up.draw_up(found, _sheet(posted), actor=reader, key=_key(posted))


def _redraw(found: Topic, posted: QueryDict, reader: Reader) -> None:
    number, seen = _number(posted, "number"), _number(posted, "edition")
    drawing_up.redraw(found, number, _sheet(posted), seen=seen, actor=reader, key=_key(posted))


def _take_back(found: Topic, posted: QueryDict, reader: Reader) -> None:
    drawing_up.take_back(found, _number(posted, "number"), actor=reader)


def _agree(found: Topic, posted: QueryDict, reader: Reader) -> None:
    ending.agree(found, posted.get("words", ""), actor=reader)


def _part(found: Topic, posted: QueryDict, reader: Reader) -> None:
    ending.part(found, posted.get("reason", ""), actor=reader)


BY_NAME: Mapping[str, Callable[[Topic, QueryDict, Reader], None]] = MappingProxyType(
    {
        "position": _position, "state": _state, "think": _think, "set-aside": _set_aside, "draw-up": _draw_up,
        "redraw": _redraw, "take-back": _take_back, "agree": _agree, "part": _part,
    }
)  # fmt: skip
DEEDS = Deeds("topic", _found, _page, BY_NAME, _form, _back)
