"""What a password must be: long enough, and none of those that everybody tries first. No rules about signs and capitals."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

from linli.lib.refusals import Refused
from linli.lib.text import Said

LEAST, MOST = 10, 200
NOT_THE_SAME = Said("两次填写的密码不一样。", "The two passwords are not the same.")
TOO_SHORT = Said(
    "密码至少 {least} 个字符。可以用一句只有您知道的话。",
    "A password has at least {least} characters. A sentence that only you know is fine.",
)
TOO_LONG = Said("密码最多 {most} 个字符。", "A password has at most {most} characters.")
TOO_COMMON = Said(
    "这个密码太常见，或全是数字，容易被猜到。请换一个。",
    "This password is too common or all digits, and easily guessed. Choose another.",
)


def check_new_password(password: str, again: str) -> None:
    if password != again:
        raise Refused(NOT_THE_SAME)
    if len(password) < LEAST:
        raise Refused(TOO_SHORT.filled(least=LEAST))
    if len(password) > MOST:
        raise Refused(TOO_LONG.filled(most=MOST))
    if password.isdigit() or len(set(password)) < 4 or password.lower().strip() in _common():
        raise Refused(TOO_COMMON)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
