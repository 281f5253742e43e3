"""A code on the wall, as neighbours and inspectors use it: on a phone, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


def sticker(page: Page, sign_in: SignIn, name: str, kind: str) -> str:
    """The address that the sheets print for a place or facility."""
    sign_in(page, "物业前台")
    page.goto("/codes/")
    page.get_by_label("对象").select_option(label=kind)
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="打印二维码").click()
    one = page.locator(".sticker").filter(has_text=name).first
    expect(one.locator("svg")).to_be_visible()
    return "/q/" + one.locator(".sticker-token").inner_text().partition("/q/")[2] + "/"


@pytest.mark.parametrize(
    ("width", "javascript", "phase", "building"),
    [(360, True, "一期", "5号楼"), (1280, True, "二期", "6号楼"), (360, False, "二期", "7号楼")],
)
def test_a_neighbour_scans_a_door_signs_in_and_reports_with_the_place_filled_in(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, javascript: bool, phase: str, building: str
) -> None:
    check: Check = accessible if javascript else lambda page: None
    where = f"青榆家园 {phase} {building}"
    address = sticker(visitor(width=1280), sign_in, building, "楼栋")
    page = visitor(width=width, javascript=javascript)
    page.goto(address)
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.locator("main button").filter(has_text="居民").first.click()
    expect(page.get_by_text(f"您扫的是：{where}")).to_be_visible()
    check(page)
    expect(page.get_by_role("radio", name=where, exact=True)).to_be_checked()
    page.get_by_label("情况").fill("门口路灯不亮")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    expect(page.get_by_text(where).first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_inspector_scans_a_lift_taps_twice_and_makes_a_repair_of_what_was_found(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    check: Check = accessible if javascript else lambda page: None
    lift = "DT-01-1" if javascript else "DT-01-2"
    address = sticker(visitor(width=1280), sign_in, lift, "设施")
    page = visitor(javascript=javascript)
    page.goto(address)
    page.locator("main button").filter(has_text="物业师傅").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"电梯 {lift}")
    check(page)
    page.get_by_role("radio", name="损坏").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("巡检已登记")
    expect(page.get_by_role("heading", name="发现问题：损坏")).to_be_visible()
    check(page)
    page.get_by_role("button", name="一键报修").click()
    expect(page).to_have_url(re.compile(r"/matters/\d+/"))
    expect(page.get_by_text(f"巡检发现电梯 {lift}：损坏。").first).to_be_visible()


def test_a_code_that_was_revoked_says_so(visitor: Visitor, sign_in: SignIn, accessible: Check) -> None:
    desk = visitor(width=1280)
    address = sticker(desk, sign_in, "11号楼", "楼栋")
    desk.goto("/codes/")
    desk.get_by_role("button", name=re.compile("停用“11号楼”")).click()
    expect(desk.get_by_text("12 处中已有 11 处有二维码。")).to_be_visible()
    page = visitor()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("这个二维码已经停用")
    accessible(page)
    page.locator("main").get_by_role("link", name="我要反映").click()
    expect(page).to_have_url(re.compile("/sign-in/"))


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    ("width", "scheme", "large"), [(360, "light", False), (360, "dark", True), (1280, "dark", False)]
)
def test_pages_of_facilities_are_accessible_and_fit_the_screen(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int, scheme: str, large: bool
) -> None:
    page = visitor(language=language, width=width, scheme=scheme, large=large)
    for path in ("/facilities/figures/", "/q/0000000000/"):
        page.goto(path)
        accessible(page)
    sign_in(page, "物业经理|Property manager")
    for path in ("/facilities/", "/facilities/new/", "/codes/", "/codes/?kind=facility"):
        page.goto(path)
        accessible(page)
    page.goto("/facilities/?condition=broken")
    page.locator(".list-rows a").first.click()
    for fold in page.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    accessible(page)
