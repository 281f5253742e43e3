"""The sentence that follows a deed: carried over the redirect in a cookie that lives for a minute and names nobody."""

from __future__ import annotations

from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from linli.lib.text import Said
from linli.matters.models import Matter

COOKIE, PATH, SECONDS = "done", "/matters/", 60
RAISED = Said(
    "已收到，编号 {number}。由{holder}在 {due} 前处理，进展在这一页可以看到。",
    "We have it: number {number}. {holder} is to deal with it by {due}; this page shows how it goes on.",
)
NEXT = Said("已登记。接下来由{holder}负责，期限 {due}。", "Done. Next comes {holder}, until {due}.")
YOURS_NEXT = Said("已登记。接下来还是由您负责，期限 {due}。", "Done. It stays with you, until {due}.")
ENDED = Said("已登记，这件事办结了。谢谢您。", "Done, and the matter is closed. Thank you.")
KINDS = MappingProxyType(
    {
        "raised": RAISED,
        "moved": NEXT,
        "delay": Said(
            "延期申请已提交，等上一级裁定。裁定之前期限不变。",
            "The delay has been asked for. Until the step above has ruled, the limit stands.",
        ),
        "objection": Said(
            "异议已提交，等裁定。这期间期限照常计算。",
            "The objection is made. The limit goes on while it is ruled on.",
        ),
        "ruled": Said("裁定已登记，提出人会看到。", "The ruling is recorded; the raiser will read it."),
    }
)


def tell(response: HttpResponse, matter: Matter, kind: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        f"{matter.number}.{kind}",
        max_age=SECONDS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def told(request: HttpRequest, matter: Matter, *, holder: Said, due: Said, yours: bool) -> Said | None:
    """What was just done with this matter, and who is next."""
    number, _, kind = request.COOKIES.get(COOKIE, "").partition(".")
    if number != str(matter.number) or kind not in KINDS:
        return None
    sentence = KINDS[kind]
    if kind == "moved":
        sentence = ENDED if not matter.is_open else YOURS_NEXT if yours else NEXT
    return sentence.filled(number=matter.number, holder=holder, due=due)


def clear(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=PATH)
    return response
