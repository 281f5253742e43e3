"""The community at work on the register and the posts, as it looks on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Accessible = Callable[[Page], None]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_pages_of_an_office_are_accessible_and_fit_the_screen(
    visitor: Visitor, sign_in: SignIn, accessible: Accessible, language: str, width: int
) -> None:
    page = visitor(language=language, width=width)
    sign_in(page, "社区党委|Community committee")
    for path in ("/register/", "/posts/", "/grids/"):
        page.goto(path)
        accessible(page)
    page.goto("/register/?q=1-1-101")
    page.locator(".list-rows a").click()
    accessible(page)
    page.goto("/posts/")
    page.locator("main .list-rows a").first.click()
    accessible(page)


def test_the_community_finds_a_room_opens_its_owners_and_verifies_who_lives_there(
    visitor: Visitor, sign_in: SignIn, accessible: Accessible
) -> None:
    """Without JavaScript, which none of this needs."""
    page = visitor(javascript=False)
    sign_in(page, "社区党委")
    page.get_by_role("link", name="房屋名册").click()
    page.get_by_label("查找房屋").fill("12-2-1001")
    page.get_by_role("button", name="查找").click()
    page.locator(".list-rows a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("12号楼 2单元 1001室")
    page.get_by_role("button", name="按此原因查看").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明查看的原因")
    page.get_by_label("为什么要看完整信息").fill("楼下漏水，联系产权人")
    page.get_by_role("button", name="按此原因查看").click()
    expect(page.get_by_role("status")).to_contain_text("已记入记录")
    page.get_by_label("姓名", exact=True).fill("测试住户")
    page.get_by_label("电话", exact=True).fill("19900009999")
    page.get_by_label("查验证件材料").check()
    page.get_by_role("button", name="登记为已核实").click()
    expect(page.get_by_role("main")).to_contain_text("测* 查验证件材料")


def test_a_stairwell_head_is_appointed_agrees_to_be_shown_and_is_ended(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor(width=1280)
    sign_in(page, "社区党委")
    page.goto("/posts/")
    vacant = page.get_by_role("row").filter(has_text="空缺").first
    where = vacant.get_by_role("rowheader").inner_text()
    vacant.get_by_role("link", name="任命").click()
    page.get_by_label("姓名", exact=True).fill("测试单元长")
    page.get_by_label("电话", exact=True).fill("19900009998")
    page.get_by_role("main").get_by_role("button", name="任命").click()
    row = page.get_by_role("row").filter(has_text=where).first
    expect(row).to_contain_text("测试单元长")
    row.get_by_role("button", name="立即结束").click()
    expect(page.get_by_role("row").filter(has_text=where).first).to_contain_text("空缺")
