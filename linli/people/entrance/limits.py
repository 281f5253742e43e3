"""How often something may be tried. Each limit counts the rows of `Attempt` of one subject within a span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from linli.lib.text import Said

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
NAMING_LASTS = timedelta(minutes=30)
FACTOR_WAITS = timedelta(minutes=10)
INVITATION_LASTS = timedelta(hours=72)
ENROLLING_LASTS = timedelta(hours=1)
KEPT = timedelta(days=1)

_LATER = Said("请 {minutes} 分钟后再试。", "Try again in {minutes} minutes.")
_SENT = Said("验证码发得太频繁。", "Codes were asked for too often. ")
_TRIED = Said(
    "尝试次数太多，为了您的安全已暂时锁定。", "There were too many tries, and for your safety this is locked for now. "
)


@dataclass(frozen=True, slots=True)
class Limit:
    most: int
    within: timedelta
    sentence: Said


def _limit(most: int, within: timedelta, what: Said) -> Limit:
    return Limit(most, within, Said(what.zh + _LATER.zh, what.en + _LATER.en))


LIMITS = MappingProxyType(
    {
        # Codes sent: for one number, from one address, and in all, so that nobody spends the neighbourhood's messages.
        "code_minute": _limit(1, timedelta(minutes=1), _SENT),
        "code_hour": _limit(5, timedelta(hours=1), _SENT),
        "code_day": _limit(10, timedelta(days=1), _SENT),
        "code_address": _limit(30, timedelta(hours=1), _SENT),
        "code_all": _limit(500, timedelta(hours=1), _SENT),
        # Codes typed for one number, whichever browser asked for them.
        "typed": _limit(10, timedelta(hours=1), _TRIED),
        "password": _limit(5, timedelta(minutes=15), _TRIED),
        "password_address": _limit(30, timedelta(minutes=15), _TRIED),
        "factor": _limit(5, timedelta(minutes=15), _TRIED),
        # A one-time code of an app is taken once, as long as it could be shown.
        "app_code": Limit(1, timedelta(minutes=3), Said("这个动态码已经用过。", "This code was used already.")),
        "invitation_address": _limit(30, timedelta(hours=1), _TRIED),
        "claim": _limit(
            10, timedelta(days=1), Said("核实申请提交得太多。", "Too many requests to be verified were sent. ")
        ),
    }
)
