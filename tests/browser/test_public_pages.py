from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, open_menu

PUBLIC = (
    "/",
    "/sign-in/",
    "/overdue/",
    "/board/",
    "/grids/",
    "/board/rows/?figure=raised",
    "/playbooks/",
    "/playbooks/repair/",
    "/playbooks/joint_enforcement/",
    "/no-such-page/",
)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    ("width", "scheme", "large"), [(360, "light", False), (360, "dark", True), (1280, "light", False)]
)
def test_public_pages_are_accessible_and_fit_the_screen(
    visitor: Visitor, accessible: Callable[[Page], None], language: str, width: int, scheme: str, large: bool
) -> None:
    page = visitor(language=language, width=width, scheme=scheme, large=large)
    for path in PUBLIC:
        page.goto(path)
        accessible(page)


def test_a_page_says_nothing_to_the_console_under_the_strict_policy(
    visitor: Visitor, sign_in: Callable[[Page, str], str]
) -> None:
    page = visitor(width=1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, "居民")
    for path in ("/", "/playbooks/repair/"):
        page.goto(path)
    assert said == []


def test_a_visitor_signs_in_changes_language_and_type_without_javascript(
    visitor: Visitor, sign_in: Callable[[Page, str], str]
) -> None:
    """As somebody whom no other test needs: what is chosen stays with the person."""
    page = visitor(javascript=False)
    name = sign_in(page, "消防救援大队")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    open_menu(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Hello, {name}")
    open_menu(page)
    page.get_by_role("button", name="Larger").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    open_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_first_tab_leads_to_the_content(visitor: Visitor) -> None:
    page = visitor(width=1280)
    page.goto("/playbooks/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    ("width", "shown", "hidden"), [(360, ".pb-narrow", ".pb-wide"), (1280, ".pb-wide", ".pb-narrow")]
)
def test_the_picture_suits_the_screen(visitor: Visitor, width: int, shown: str, hidden: str) -> None:
    page = visitor(width=width)
    page.goto("/playbooks/repair/")
    expect(page.locator(shown)).to_be_visible()
    expect(page.locator(hidden)).to_be_hidden()


def test_the_first_page_is_small(visitor: Visitor) -> None:
    """On a slow phone: page, style and sign together."""
    page = visitor()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto("/", wait_until="networkidle")
    assert sum(sizes) < 40_000
