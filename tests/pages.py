"""The pages as somebody sees them, by Django's test client."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import Protocol

from django.test import Client

from tests.world import World


class Answer(Protocol):
    """What the test client gives back, as far as tests ask."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    def __getitem__(self, header: str, /) -> str: ...


def visit(world: World, key: str = "", *, language: str = "zh-hans") -> Client:
    """A browser in which one of the people has signed in; without a key, nobody has."""
    client = Client(headers={"Accept-Language": language})
    if key:
        client.force_login(world.people[key])
    return client


def text_of(answer: Answer) -> str:
    """What is to be read on a page, without its markup."""
    body = answer.content.decode()
    main = re.search(r"<main.*?</main>", body, re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else body)).split())


def hidden(answer: Answer, form: str = "") -> dict[str, str]:
    """The hidden fields of the first form whose address ends so."""
    body = answer.content.decode()
    found = re.search(
        rf'<form method="post"[^>]*{re.escape(form)}"[^>]*>.*?</form>' if form else r"<form.*?</form>", body, re.S
    )
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0] if found else "")
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def a_key() -> str:
    return str(uuid.uuid4())
