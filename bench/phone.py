"""The report form on a slow phone: a real Chromium with a sixth of the processor, 1.6 Mbit/s and 150 ms to the server."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from playwright.sync_api import CDPSession, sync_playwright

from bench.drive import Visitor

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
SLOWER, LATENCY, BYTES_A_SECOND = 6, 150, 1_600_000 / 8
MOST_BYTES, MOST_SECONDS = 60_000, 2.0
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0] || 0"


@dataclass(frozen=True, slots=True)
class Seen:
    """Bytes over the wire, and seconds until something stood on the screen."""

    bytes: int
    paint: float

    def __str__(self) -> str:
        kept = "yes" if self.bytes <= MOST_BYTES and self.paint < MOST_SECONDS else "NO"
        return (
            f"report form on a slow phone: {self.bytes / 1000:.1f} KB (wanted ≤ 60), first contentful paint "
            f"{self.paint:.2f} s (wanted < 2), kept: {kept}"
        )


def open_form(visitor: Visitor, address: str) -> Seen | None:
    """With an empty cache, as on the first visit; None where there is no Chromium."""
    if CHROMIUM is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
        base = f"http://{visitor.host}:{visitor.port}"
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in visitor.cookies.items()])
        page = context.new_page()
        received: list[float] = []
        session = context.new_cdp_session(page)
        _slow(session)
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.goto(base + address, wait_until="networkidle")
        if page.locator("textarea").count() == 0:
            raise SystemExit("The phone saw no form.")
        seen = Seen(int(sum(received)), page.evaluate(PAINT) / 1000)
        browser.close()
    return seen


def _slow(session: CDPSession) -> None:
    speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND, "latency": LATENCY}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
