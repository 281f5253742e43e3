"""The working calendar and the categories in a real browser: entered, looked at, chosen while somebody writes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SHOTS = os.environ.get("LINLI_SHOTS", "")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 360), ("en", 1280)])
def test_everybody_reads_the_calendar(
    visitor: Visitor, accessible: Callable[[Page], None], language: str, width: int
) -> None:
    page = visitor(language=language, width=width)
    page.goto("/calendar/")
    expect(page.locator("form[action='/calendar/day/']")).to_have_count(0)
    accessible(page)
    shot(page, f"calendar-{language}-{width}")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_community_enters_a_day_and_looks_at_the_deadlines(
    visitor: Visitor, sign_in: Callable[[Page, str], str], accessible: Callable[[Page], None], width: int
) -> None:
    page = visitor(width=width)
    sign_in(page, "社区党委")
    page.goto("/calendar/")
    page.get_by_label("日期").fill("2026-12-24")
    page.get_by_label("休息").check()
    page.get_by_label("原因").fill("社区搬迁")
    accessible(page)
    shot(page, f"calendar-keeper-{width}")
    page.get_by_role("button", name="填入这一天").click()
    expect(page.get_by_role("status")).to_contain_text("已填入这一天")
    expect(page.get_by_role("cell", name="社区搬迁")).to_be_visible()
    page.get_by_role("status").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("日历调整后的期限")
    accessible(page)
    shot(page, f"deadlines-{width}")
    page.goto("/calendar/")
    page.get_by_role("button", name="删去 2026-12-24").click()
    expect(page.get_by_role("status")).to_contain_text("已删除")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_community_keeps_the_categories(
    visitor: Visitor, sign_in: Callable[[Page, str], str], accessible: Callable[[Page], None], width: int
) -> None:
    page = visitor(width=width)
    sign_in(page, "社区党委")
    page.goto("/categories/")
    accessible(page)
    shot(page, f"categories-{width}")
    change = page.get_by_role("link", name="修改 漏水渗水")
    expect(change).to_be_hidden()
    page.locator("summary", has_text="水暖").press("Enter")
    change.click()
    page.get_by_label("单独的时限").fill("received: 9d")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("更长")
    expect(page.get_by_label("单独的时限")).to_have_value("received: 9d")
    accessible(page)
    shot(page, f"category-{width}")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_category_is_found_by_a_word_of_it(
    visitor: Visitor, sign_in: Callable[[Page, str], str], accessible: Callable[[Page], None], javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    sign_in(page, "社区党委")
    page.goto("/categories/")
    page.get_by_label("找一个类别").fill("声控灯")
    page.get_by_label("找一个类别").press("Enter")
    expect(page.get_by_role("link", name=re.compile("^修改"))).to_have_count(1)
    expect(page.get_by_role("link", name="修改 楼道灯")).to_be_visible()
    if javascript:
        accessible(page)
    page.get_by_label("找一个类别").fill("没有这个")
    page.get_by_label("找一个类别").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("没有类别")
    page.get_by_role("link", name="查看全部").click()
    expect(page.locator("summary", has_text="水暖")).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (360, "en"), (1280, "en")])
def test_what_is_chosen_while_somebody_writes_moves_no_button_under_the_finger(
    visitor: Visitor, sign_in: Callable[[Page, str], str], width: int, language: str
) -> None:
    page = visitor(width=width, language=language)
    sign_in(page, "居民|Resident")
    page.goto("/raise/repair/")
    send = page.locator("button.big")
    page.locator("textarea").first.fill("楼道灯不亮，晚上看不清")
    before = send.bounding_box()
    page.locator("textarea").first.dispatch_event("change")
    expect(page.locator("#raise-_category")).to_have_value("corridor_light")
    assert before is not None
    assert send.bounding_box() == before


def test_while_somebody_writes_the_category_is_chosen_and_can_be_changed(
    visitor: Visitor, sign_in: Callable[[Page, str], str], accessible: Callable[[Page], None]
) -> None:
    page = visitor()
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.locator("textarea").first.fill("楼道灯不亮，晚上看不清")
    page.locator("textarea").first.blur()
    select = page.get_by_label("属于哪一类")
    expect(select).to_have_value("corridor_light")
    expect(page.locator("#category-told")).to_contain_text("已按您写的内容选了“供电照明：楼道灯”")
    accessible(page)
    shot(page, "raise-chosen")
    select.select_option("drain")
    page.locator("textarea").first.fill("楼道灯不亮")
    page.locator("textarea").first.blur()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("属于哪一类")).to_have_value("drain")
