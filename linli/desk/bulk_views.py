"""Several matters at once, in three steps that each work without JavaScript: choose the move, look at what would happen, do it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.desk.actions.bulk import DONE, OVERTAKEN, REFUSED, Wanted, move_many
from linli.desk.bulk import MOST, Choice, choose, needs_of, preview
from linli.desk.models import BulkMove
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.matters.forms import KEY, NOTHING_TRIED, Attempt, asks, given_in, read_key, read_number
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.playbooks.model import Move

FORM = "bulk"
NOTHING_CHOSEN = Said(
    "请先在“待办”里勾选要一起办的事项。", "First choose on your desk what you want to deal with together."
)
TOO_MANY = Said("一次最多 {most} 件。请少选一些。", "Up to {most} at a time. Please choose fewer.")
NOT_FOR_ALL = Said(
    "所选事项不都能“{move}”。请回到上一步重新选择。",
    "Not all of these offer “{move}”. Please go back a step and choose again.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk"))
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    numbers = [number for text in request.POST.getlist("_matter") if (number := read_number(text)) is not None]
    if len(numbers) > MOST:
        raise Refused(TOO_MANY.filled(most=MOST))
    if request.POST.get("_step") == "do":
        return _do(request, numbers)
    choice = choose(reader_of(request), numbers)
    if not choice.chosen:
        raise Refused(NOTHING_CHOSEN)
    return _step(request, choice, len(set(numbers)) - len(choice.chosen))


def _step(request: HttpRequest, choice: Choice, left: int) -> HttpResponse:
    name = request.POST.get("_move", "")
    move = choice.move(name)
    if move is None:
        return render(request, "desk/bulk_choose.html", {"choice": choice, "left": left})
    if not any(offer.name == name and offer.by_all for offer in choice.offers):
        raise Refused(NOT_FOR_ALL.filled(move=move.title))
    return (_look if request.POST.get("_step") == "look" else _fill)(request, choice, move)


def _fill(
    request: HttpRequest, choice: Choice, move: Move, attempt: Attempt = NOTHING_TRIED, status: int = 200
) -> HttpResponse:
    fields = asks(needs_of(move), choice.line, form=FORM, attempt=attempt)
    context = {"choice": choice, "move": move, "asks": fields, "attempt": attempt}
    return render(request, "desk/bulk_fill.html", context, status=status)


def _look(request: HttpRequest, choice: Choice, move: Move) -> HttpResponse:
    """What would happen to each. Nothing is written; what was typed goes along in the form."""
    given = given_in(needs_of(move), request.POST)
    try:
        prospects = preview(choice, move.name, given, {})
    except BadAnswers as bad:
        return _fill(request, choice, move, Attempt(FORM, request.POST, bad.problems), 422)
    seen = {one.matter.number: one.course.version for one in choice.chosen}
    ready = [(one.number, seen[one.number]) for one in prospects if one.refused is None]
    context = {
        "move": move,
        "prospects": prospects,
        "ready": ready,
        "numbers": choice.numbers,
        "given": [(name, value) for name, value in given.items() if value],
        "shown": _shown(choice, move, request),
        "key": uuid.uuid4(),
    }
    return render(request, "desk/bulk_look.html", context)


def _shown(choice: Choice, move: Move, request: HttpRequest) -> list[tuple[Said, Any]]:
    """The answers as they will be read: options and people by their names."""
    found = []
    for ask in asks(needs_of(move), choice.line, form=FORM, attempt=Attempt(FORM, request.POST)):
        option = next((one.title for one in ask.options if one.chosen), None)
        if option is not None or ask.value:
            found.append((ask.title, option or ask.value))
    return found


def _do(request: HttpRequest, numbers: Sequence[int]) -> HttpResponse:
    key = read_key(request.POST.get(KEY)) or uuid.uuid4()
    wanted = [
        Wanted(number, read_number(request.POST.get(f"_seen_{number}")) or 0) for number in dict.fromkeys(numbers)
    ]
    answers = {name: value for name, value in request.POST.items() if not name.startswith("_")}
    made = move_many(wanted, request.POST.get("_move", ""), answers=answers, actor=reader_of(request), key=key)
    return SeeOther(reverse("bulk-done", args=[made.pk]))


@require_safe
def done(request: HttpRequest, made: uuid.UUID) -> HttpResponse:
    """What became of each, for whoever did it; to anybody else there is no such page."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    found = BulkMove.objects.filter(pk=made, person=reader.person).first()
    if found is None:
        raise Http404
    lines = [(line["number"], line["what"], Said(line["zh"], line["en"])) for line in found.lines]
    counted = Counter(what for _, what, _ in lines)
    numbers = {"done": counted[DONE], "refused": counted[REFUSED], "overtaken": counted[OVERTAKEN]}
    return render(request, "desk/bulk_done.html", {"lines": lines, **numbers})
