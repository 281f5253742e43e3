"""What somebody typed into a form, so that no failure of ours costs them their words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError

from linli.lib.text import Said
from linli.playbooks.words import FIELD_WORDS

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
SOME_TEXT = Said("您填写的内容", "What you typed")
# Keys, numbers and names of choices: sent again as they are, but nothing to read.
OF_THE_MACHINE = re.compile(r"[a-zA-Z0-9_:.-]{0,80}")
MOST = 200


@dataclass(frozen=True, slots=True)
class Typed:
    name: str
    title: Said
    value: str
    words: bool  # for people to read


def typed_in(request: HttpRequest) -> list[Typed]:
    """Every field of the form but files, which cannot be handed back.

    The CSRF token is the one that was posted, never a fresh one: on a page that another site made somebody post to, trying
    again must fail as it did before.
    """
    if request.method != "POST":
        return []
    try:
        given = [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, UnreadablePostError):
        return []
    return [_typed(name, str(value)) for name, value in given[:MOST]]


def words_of(request: HttpRequest) -> list[Typed]:
    return [one for one in typed_in(request) if one.words]


def _typed(name: str, value: str) -> Typed:
    words = name != TOKEN and not OF_THE_MACHINE.fullmatch(value)
    return Typed(name, FIELD_WORDS.get(name, SOME_TEXT), value, words)
