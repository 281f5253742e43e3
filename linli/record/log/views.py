"""The public log over HTTP: for everybody, without signing in, so that nothing needs to be believed."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.record.log import queries
from linli.record.log.actions import accept_cosignature
from linli.record.log.tiles import HASH, WIDTH
from linli.record.models import Checkpoint

FOR_A_MINUTE = "public, max-age=60"
FOR_EVER = "public, max-age=31536000, immutable"
PLAIN = "text/plain; charset=utf-8"
MOST_BYTES = 64_000
SHOWN = 10
NUMBERS = Said("“{name}” 要写成不小于 {least} 的整数。", "“{name}” must be a whole number, {least} or more.")
WHICH = Said("请写 event 或 index 中的一个。", "Give either event or index.")
NO_CHECKPOINT = Said(
    "还没有 {size} 条的检查点；已有的检查点见 /log/。",
    "There is no checkpoint at {size}; those that exist are at /log/.",
)
NOT_YET = Said(
    "这条记录还没有进入已签发的检查点，请一小时后再看。",
    "This entry is in no signed checkpoint yet; look again in an hour.",
)
NOT_THERE = Said("公开日志里没有这一条。", "There is no such entry in the public log.")
BACKWARDS = Said("first 要从 1 起，且不大于 second。", "“first” must be at least 1 and no more than “second”.")
TOO_LONG = Said("联署内容过长。", "This is too long for a cosignature.")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """In plain words what it is, the newest checkpoints with who saw them, and how to check."""
    checkpoints = queries.recent_checkpoints(SHOWN)
    shown = {
        "checkpoints": checkpoints,
        "newest": checkpoints[0] if checkpoints else None,
        "note": queries.signed_note(checkpoints[0]) if checkpoints else "",
        "keys": queries.log_keys(),
        "witnesses": queries.witnesses(),
        "log": queries.public_log(),
    }
    return render(request, "record/log.html", shown)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    size = request.GET.get("size")
    found = queries.newest_checkpoint() if size is None else queries.checkpoint_at(_number(request, "size", 1))
    if found is None:
        raise Http404
    answer = HttpResponse(queries.signed_note(found), content_type=PLAIN)
    return _public(answer, FOR_A_MINUTE)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public keys under which this log signs or signed, newest first, one in a line."""
    return _public(
        HttpResponse("".join(f"{one.text}\n" for one in queries.log_keys()), content_type=PLAIN), FOR_A_MINUTE
    )


@require_safe
def inclusion(request: HttpRequest) -> HttpResponseBase:
    """That an entry is in the log, against a signed checkpoint."""
    try:
        index = _index(request)
        signed = _checkpoint_for(request, index)
    except Refused as refused:
        return _refused(refused)
    proof = queries.inclusion(index, signed.size)
    shown = {
        "index": proof.index,
        "size": proof.size,
        "leaf": _text(proof.leaf),
        "path": _texts(proof.path),
        "root": _text(proof.root),
        "checkpoint": queries.signed_note(signed),
    }
    return _public(JsonResponse(shown), FOR_A_MINUTE)


def _index(request: HttpRequest) -> int:
    if ("event" in request.GET) == ("index" in request.GET):
        raise Refused(WHICH)
    if "index" in request.GET:
        return _number(request, "index", 0)
    found = queries.index_of(_number(request, "event", 1))
    if found is None:
        raise _NotThere(NOT_THERE)
    return found


def _checkpoint_for(request: HttpRequest, index: int) -> Checkpoint:
    """The one asked for, else the newest."""
    if "size" not in request.GET:
        found = queries.newest_checkpoint()
        if found is None or found.size <= index:
            raise _NotThere(NOT_YET if index < queries.public_log().size else NOT_THERE)
        return found
    size = _number(request, "size", 1)
    found = queries.checkpoint_at(size)
    if found is None:
        raise _NotThere(NO_CHECKPOINT.filled(size=size))
    if found.size <= index:
        raise _NotThere(NOT_THERE)
    return found


@require_safe
def consistency(request: HttpRequest) -> HttpResponseBase:
    """That the log at `second` is the log at `first` with more behind it."""
    try:
        first, second = _number(request, "first", 1), _number(request, "second", 1)
        if first > second:
            raise Refused(BACKWARDS)
        if second > queries.public_log().size:
            raise _NotThere(NO_CHECKPOINT.filled(size=second))
    except Refused as refused:
        return _refused(refused)
    path = queries.consistency(first, second)
    return _public(JsonResponse({"first": first, "second": second, "path": _texts(path)}), FOR_EVER)


@require_safe
def tile(request: HttpRequest, level: str, number: str, width: str = str(WIDTH)) -> HttpResponse:
    """Hashes of the tree as they lie (c2sp.org/tlog-tiles), for whoever wants to work out everything again."""
    hashes, wanted = queries.tile(int(level), int(number.replace("x", "").replace("/", ""))), int(width)
    if hashes is None or not 0 < wanted <= WIDTH or len(hashes) < wanted * HASH:
        raise Http404
    return _public(HttpResponse(hashes[: wanted * HASH], content_type="application/octet-stream"), FOR_EVER)


@csrf_exempt  # no session speaks here: what counts is the witness's signature
def cosign(request: HttpRequest) -> HttpResponse:
    """A checkpoint with the lines of witnesses comes in; the lines that stand are the answer."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("log"))
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise Refused(TOO_LONG)
        taken = accept_cosignature(request.body.decode("utf-8", "replace"))
    except Refused as refused:
        return _refused(refused)
    return HttpResponse("".join(one.line for one in taken), content_type=PLAIN)


class _NotThere(Refused):
    """Nothing is at that place of the log."""

    status = 404


def _refused(refused: Refused) -> HttpResponse:
    answer = HttpResponse(
        refused.sentence.in_(get_language() or "zh") + "\n", content_type=PLAIN, status=refused.status
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _number(request: HttpRequest, name: str, least: int) -> int:
    given = request.GET.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= 18) or int(given) < least:
        raise Refused(NUMBERS.filled(name=name, least=least))
    return int(given)


def _public(answer: HttpResponse, how_long: str) -> HttpResponse:
    answer["Cache-Control"] = how_long
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _texts(path: Iterable[bytes]) -> list[str]:
    return [_text(step) for step in path]
