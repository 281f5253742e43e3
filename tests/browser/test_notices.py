"""A public notice from the community's desk to a neighbour's concern and its answer; the inbox; the public log."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visitor
from tests.photos import packed, quarters

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


def jpeg() -> FilePayload:
    return {"name": "公示栏.jpg", "mimeType": "image/jpeg", "buffer": packed(quarters(1200, 900))}


@pytest.mark.parametrize(("javascript", "width"), [(True, 360), (False, 1280)])
def test_a_notice_is_put_up_proven_questioned_and_answered(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool, width: int
) -> None:
    check: Check = accessible if javascript else lambda page: None  # the rules themselves are checked by a script
    title, words = f"停车位调整 {width}", "消防通道会被挡住"
    desk = visitor(javascript=javascript, width=width)
    sign_in(desk, "社区党委")
    desk.goto("/raise/posted_notice/")
    desk.get_by_label("标题").fill(title)
    desk.get_by_label("公示内容").fill("北区增加十个停车位，六月一日起施工。\n\n意见请在公示期内提出。")
    desk.get_by_role("button", name="提交").click()
    expect(desk.get_by_role("status")).to_contain_text("已收到")
    matter = desk.url
    desk.get_by_role("button", name="张贴公示").click()
    desk.get_by_role("link", name=re.compile(title)).click()
    address = desk.url
    check(desk)
    desk.get_by_label("张贴照片").set_input_files([jpeg()])
    desk.get_by_role("button", name="上传证明").click()
    expect(desk.get_by_role("status")).to_contain_text("公示期从现在起算")
    check(desk)

    neighbour = visitor(javascript=javascript, width=width)
    sign_in(neighbour, "居民")
    neighbour.goto("/postings/")
    check(neighbour)
    neighbour.get_by_role("link", name=re.compile(title)).click()
    neighbour.get_by_role("button", name="提交", exact=True).click()
    expect(neighbour.locator(".error").first).to_be_visible()
    neighbour.get_by_label("您的意见").fill(words)
    neighbour.get_by_role("button", name="提交", exact=True).click()
    expect(neighbour.get_by_role("status")).to_contain_text("意见已提交")
    check(neighbour)

    stranger = visitor(javascript=javascript, width=width, language="en")
    stranger.goto(address)
    expect(stranger.get_by_text("Concern 1")).to_be_visible()
    expect(stranger.get_by_text(words)).to_have_count(0)
    check(stranger)

    desk.goto(address)
    expect(desk.get_by_text(words)).to_be_visible()
    desk.get_by_role("textbox", name="答复").fill("通道宽四米，已请消防看过。")
    desk.get_by_label("否", exact=True).check()
    desk.get_by_role("button", name="答复").click()
    expect(desk.get_by_role("status")).to_contain_text("答复已登记")
    stranger.reload()
    expect(stranger.get_by_text("通道宽四米")).to_be_visible()
    stranger.goto(f"{address}sheet/")
    check(stranger)
    desk.goto(matter)
    check(desk)
    if pictures := os.environ.get("LINLI_PICTURES"):
        for name, page, where in (
            ("notice", stranger, address),
            ("sheet", stranger, f"{address}sheet/"),
            ("list", stranger, "/postings/"),
            ("desk", desk, address),
            ("matter", desk, matter),
        ):
            page.goto(where)
            page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_inbox_and_the_log_read_well(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int
) -> None:
    page = visitor(language=language, width=width)
    page.goto("/log/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    accessible(page)
    sign_in(page, "居民|Resident")
    page.goto("/inbox/")
    page.locator("main details summary").click()
    accessible(page)
