"""Where a request comes from: in words for the list of sign-ins, and as an address that limits are counted by."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(request: HttpRequest) -> str:
    """`Chrome · Android`: enough to know one's own devices again, too little to know a person by."""
    agent = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(one for one in found if one)


def address_of(request: HttpRequest) -> str:
    """The network address of whoever asks. Only as many proxies as are ours are believed (`LINLI_PROXIES`)."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    ours: int = settings.PROXIES
    return told[-ours] if ours and len(told) >= ours else direct
