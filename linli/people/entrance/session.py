"""What a session knows of how its person came in, and how long it stays without being used.

Outside the demonstration a session without such a mark is none: those of a demonstration end when it does.
"""

from __future__ import annotations

from typing import Any, TypedDict

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from linli.lib import clock
from linli.people.entrance.devices import device_of
from linli.people.entrance.guard_actions import IN, STEP, write_down
from linli.people.entrance.limits import ENROLLING_LASTS
from linli.people.models import Person

BACKEND = "linli.people.signin.PersonBackend"
MARK = "entrance"
INVITED = "invitation"
A_MINUTE = 60


class Mark(TypedDict):
    """`factor` is the second step that was passed, or empty. Times are seconds."""

    how: str
    factor: str
    at: int
    seen: int


def let_in(request: HttpRequest, person: Person, *, how: str, factor: str = "") -> None:
    """Sign in with a new session key. What the session held before, it holds no more."""
    request.session.flush()
    login(request, person, backend=BACKEND)
    now = _now()
    request.session[MARK] = Mark(how=how, factor=factor, at=now, seen=now)
    write_down(person.pk, how, IN, device_of(request))
    if factor:
        write_down(person.pk, factor, STEP, device_of(request))


def step_up(request: HttpRequest, factor: str) -> None:
    """The second step was passed: the same person, with the seats of their posts, under a new session key."""
    request.session.cycle_key()
    mark = mark_of(request)
    now = _now()
    request.session[MARK] = Mark(how=mark["how"] if mark else "", factor=factor, at=now, seen=now)
    person = request.user
    write_down(person.pk if isinstance(person, Person) else None, factor, STEP, device_of(request))


def mark_of(request: HttpRequest) -> Mark | None:
    found: Mark | None = request.session.get(MARK)
    return found


def has_passed(request: HttpRequest) -> bool:
    """Whether the seats of staff are open in this session. In the demonstration nobody has anything to prove."""
    mark = mark_of(request)
    return settings.DEMO or bool(mark and mark["factor"])


def is_enrolling(request: HttpRequest) -> bool:
    """Whether the session began with an invitation a short while ago, so that the first second step may be set up in it."""
    mark = mark_of(request)
    return bool(mark and mark["how"] == INVITED and _now() - mark["at"] < ENROLLING_LASTS.total_seconds())


def look_after(request: HttpRequest) -> None:
    """End a session that was not used for too long; remember now and then that it is used."""
    if settings.DEMO or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    if SESSION_KEY not in request.session:
        return
    mark, now = mark_of(request), _now()
    if mark is None or now - mark["seen"] >= _idle_limit(mark):
        request.session.flush()
        request.user = AnonymousUser()
    elif now - mark["seen"] >= A_MINUTE:
        request.session[MARK] = {**mark, "seen": now}


def _idle_limit(mark: Mark) -> int:
    limit: int = settings.IDLE_STAFF if mark["factor"] or mark["how"] == INVITED else settings.IDLE_RESIDENT
    return limit


def _now() -> int:
    return int(clock.now().timestamp())


def put_by(request: HttpRequest, name: str, value: Any) -> None:
    """Keep something for the next page of signing in, with the moment."""
    request.session[f"{MARK}.{name}"] = {"value": value, "at": _now()}


def kept(request: HttpRequest, name: str, *, seconds: float) -> Any:
    found = request.session.get(f"{MARK}.{name}")
    return found["value"] if found and _now() - found["at"] < seconds else None


def put_away(request: HttpRequest, name: str) -> None:
    request.session.pop(f"{MARK}.{name}", None)
