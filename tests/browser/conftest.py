"""A real server with the demonstration neighbourhood, a real Chromium, and a page for each who looks.

    def test_it(visitor, sign_in): page = visitor(width=1280); sign_in(page, "物业前台"); page.goto("/desk/")

The server is a process of its own with a home of its own, so these tests reach the database through its pages only.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
LINLI = [sys.executable, "-m", "linli"]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PATIENCE = 60


class Visitor(Protocol):
    """Opens a page in a browser of its own; `goto` takes addresses that begin with a slash."""

    def __call__(
        self,
        *,
        language: str = "zh-CN",
        width: int = 360,
        height: int = 780,
        javascript: bool = True,
        scheme: str = "light",
        large: bool = False,
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def site() -> Iterator[str]:
    """The address of a server that runs the demonstration."""
    home = Path(tempfile.mkdtemp(prefix="linli-browser-"))
    home.chmod(0o711)  # as root the database runs as nobody and must reach its folder
    (home / "static").mkdir()
    (home / "static").chmod(0o711)
    environment = {
        **os.environ,
        "LINLI_HOME": str(home),
        "LINLI_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run([*LINLI, "demo", "--quiet"], cwd=ROOT, env=environment, check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "linli.config.wsgi:application", "-b", address, "--threads", "4"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://{address}/healthz", server, home / "server.log")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed here (tried chromium, chromium-browser, google-chrome).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Visitor]:
    contexts = []

    def open_page(
        *,
        language: str = "zh-CN",
        width: int = 360,
        height: int = 780,
        javascript: bool = True,
        scheme: str = "light",
        large: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            locale=language,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(15_000)
        if large:
            context.add_cookies([{"name": "type", "value": "large", "url": site}])
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in() -> Callable[[Page, str], str]:
    """Signs in as the first person whose button on the sign-in page says this; returns the name."""

    def enter(page: Page, who: str) -> str:
        page.goto("/sign-in/")
        button = page.locator("main button").filter(has_text=re.compile(who)).first
        name = button.locator("strong").inner_text()
        button.click()
        page.wait_for_load_state()
        return name

    return enter


def open_menu(page: Page) -> None:
    """What is needed less lies in a menu on a phone; on a wide screen it stands open."""
    menu = page.locator(".site-menu > summary")
    if menu.is_visible():
        menu.click()


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails with every violation of the accessibility rules on the page, and when it is wider than the screen."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        said = [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]
        assert not said, "\n".join([page.url, *said])
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"

    return check
