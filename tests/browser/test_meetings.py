"""Meetings as neighbours and the convener see them: the one that was held, and the next one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1280, "en")])
def test_everybody_reads_what_became_of_what_was_asked(
    visitor: Visitor, accessible: Check, width: int, language: str
) -> None:
    page = visitor(width=width, language=language)
    page.goto("/meetings/")
    accessible(page)
    page.get_by_role("link", name=re.compile("已召开|Held")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "业主联席会议" if language == "zh-CN" else "Joint meeting"
    )
    expect(page.get_by_text("东门路灯什么时候修好").first).to_be_visible()
    expect(page.get_by_text("更换损坏的路灯和线路").first).to_be_visible()
    expect(page.get_by_text("傅丽华")).to_have_count(0)
    accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_resident_proposes_a_topic_and_what_is_too_long_comes_back(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    sign_in(page, "居民")
    page.goto("/meetings/")
    page.get_by_role("link", name=re.compile("已通知")).first.click()
    page.get_by_text("提出议题").first.click()
    page.get_by_label("希望会议答复什么？").fill(f"垃圾分类点能不能加盖{javascript}")
    if javascript:
        accessible(page)
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_role("status")).to_contain_text("会上会逐项答复")
    expect(page.get_by_text(f"垃圾分类点能不能加盖{javascript}").first).to_be_visible()


def test_the_convener_sees_what_comes_next_and_shows_the_code(
    visitor: Visitor, sign_in: SignIn, accessible: Check
) -> None:
    page = visitor(width=1280)
    sign_in(page, "业委会")
    page.goto("/meetings/")
    page.get_by_role("link", name=re.compile("已通知")).first.click()
    expect(page.get_by_role("heading", name="通知已发出")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="签到二维码").click()
    expect(page.get_by_role("img", name="签到二维码")).to_be_visible()
    accessible(page)
