"""A browser's requests without a browser: one connection kept open, cookies, the form's own hidden fields."""

from __future__ import annotations

import http.client
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visitor:
    """One person's browser. `Wrong` answers stop the bench: a fast refusal is not a result."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, *, expect: int = 200) -> str:
        return self._ask("GET", path, None, expect)

    def post(self, path: str, fields: dict[str, str], *, expect: int = 303) -> str:
        """Send a form; the token is that of the last page read with `read_token`. Returns the address of what follows."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}), expect)

    def read_token(self, path: str) -> str:
        page = self.get(path)
        found = CSRF.search(page)
        self.token = found[1] if found else self.token
        return page

    def sign_in(self, person: uuid.UUID) -> None:
        self.read_token("/sign-in/")
        self.post("/sign-in/", {"person": str(person)}, expect=302)
        self.read_token("/")

    def hang_up(self) -> None:
        """The next request calls again; a server does not hold the line for ever."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, expect: int) -> str:
        headers = {"Host": self.host, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != expect:
            raise WrongAnswerError(f"{method} {path} gave {answer.status}, not {expect}: {text[:400]}")
        return answer.headers.get("Location") or text


class WrongAnswerError(Exception):
    """A page answered otherwise than the bench counts on."""
