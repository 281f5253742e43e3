"""Coming in as people do: the code that was sent, the code an app shows, the pages in between."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import time
from pathlib import Path

from django.test import Client

from linli.people.entrance.channels import FileChannel
from linli.people.entrance.staff_actions import accept_invitation, invite, set_up_app
from linli.people.models import Person
from tests.pages import Answer
from tests.world import World

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "青榆家园的灯一直亮着"


def sent(path: Path) -> list[dict[str, str]]:
    """The messages that went out, oldest first."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def last_code(channel: object) -> str:
    assert isinstance(channel, FileChannel)
    return sent(channel.path)[-1]["code"]


def app_code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What an authenticator shows (RFC 6238), worked out apart from the library that checks it."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    number: int = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def by_phone(client: Client, channel: object, phone: str, *, on: str = "/") -> Answer:
    """Sign in by a code; the answer to typing it."""
    client.post("/sign-in/phone/", {"phone": phone, "next": on})
    return client.post("/sign-in/code/", {"code": last_code(channel)})


def enrolled(world: World, key: str, *, password: str = PASSWORD) -> list[str]:
    """Staff who have a password and an app with `SECRET`; returns the recovery codes."""
    person = world.people[key]
    _, token = invite(person, made_by=None)
    accept_invitation(token, password, password)
    return set_up_app(person, SECRET, app_code())


def by_password(client: Client, phone: str, *, password: str = PASSWORD, on: str = "/") -> Answer:
    return client.post("/sign-in/staff/", {"phone": phone, "password": password, "next": on})


def is_in(client: Client, person: Person) -> bool:
    return client.session.get("_auth_user_id") == str(person.pk) and client.get("/account/").status_code == 200


def link_in(answer: Answer) -> str:
    found = re.search(r'value="http://testserver(/invitation/[^"]+)"', answer.content.decode())
    assert found
    return found[1]
