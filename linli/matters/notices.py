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
        "asked": Said(
            "问题已发给提出人，办理期限照常。没有账号的，可以取一个一次性链接发给本人。",
            "The raiser has the question; the limit goes on. For who has no account, take a one-time link.",
        ),
        "taken_back": Said("问题已收回。", "The question is taken back."),
        "answered": Said("回答已收到，谢谢您。", "We have your answer. Thank you."),
        "split": Said("已分开登记，各自有负责人和期限。", "Split; each part has a holder and a limit of its own."),
        "merged": Said(
            "已并入，答复已告知提出人。一个工作日内可以撤销。",
            "Merged, and the raiser has the reply. It can be undone within a working day.",
        ),
        "unmerged": Said("合并已撤销，恢复办理。", "The merging is undone; the matter goes on."),
        "rechecked": Said("回访已登记，谢谢您。", "The re-check is recorded. Thank you."),
        "refused": Said(
            "已按清单提出，由街道裁定。裁定之前期限照常。",
            "Refused by the list; the street rules on it. Until then the limit goes on.",
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
