"""One repair from the door to the archive, as neighbours do it: on a phone, at a desk, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


def raise_repair(page: Page, what: str) -> str:
    """Fill in the form as a resident; returns the address of the matter."""
    page.goto("/raise/")
    page.get_by_role("link", name="报事报修").click()
    page.get_by_label("情况").fill(what)
    page.get_by_role("button", name="提交").click()
    similar = page.get_by_role("heading", name="有人已经反映过类似的事")
    expect(similar.or_(page.get_by_text("已收到，编号"))).to_be_visible()
    if similar.is_visible():
        page.get_by_role("button", name="仍要提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    return re.sub(r"^https?://[^/]+", "", page.url)


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, True), (360, False)])
def test_a_repair_goes_from_the_door_to_the_archive(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, javascript: bool
) -> None:
    check: Check = accessible if javascript else lambda page: None  # the rules themselves are checked by a script
    resident, desk, worker = (visitor(width=width, javascript=javascript) for _ in range(3))
    sign_in(resident, "居民")
    where = raise_repair(resident, f"厨房水管漏水{width}{javascript}")
    check(resident)

    sign_in(desk, "物业前台")
    name = sign_in(worker, "物业师傅")
    desk.goto("/desk/")
    check(desk)
    desk.get_by_role("link", name=f"厨房水管漏水{width}{javascript}").click()
    check(desk)
    desk.get_by_role("radio", name=name).check()
    desk.get_by_role("button", name="受理", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("已登记")

    worker.goto("/desk/")
    worker.get_by_role("link", name=f"厨房水管漏水{width}{javascript}").click()
    worker.get_by_role("textbox", name="答复").fill("换了接头，试水不漏。")
    worker.get_by_role("button", name="办结并答复").click()
    expect(worker.get_by_role("status")).to_contain_text("已登记")
    check(worker)

    resident.goto(where)
    expect(resident.get_by_role("heading", name="答复")).to_be_visible()
    expect(resident.get_by_text("换了接头，试水不漏。").first).to_be_visible()
    check(resident)
    resident.get_by_role("radio", name="5 分").check()
    resident.get_by_role("button", name="确认解决").click()
    expect(resident.get_by_text("已办结：已解决")).to_be_visible()
    check(resident)


def test_without_javascript_a_mistake_is_said_beside_the_field_that_then_has_the_focus(
    visitor: Visitor, sign_in: SignIn
) -> None:
    page = visitor(javascript=False)
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.get_by_label("联系电话").fill("12")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写“情况”。")
    expect(page.get_by_label("情况")).to_be_focused()
    expect(page.get_by_label("联系电话")).to_have_value("12")
    page.get_by_role("alert").get_by_role("link", name="联系电话").click()
    expect(page.get_by_label("联系电话")).to_be_in_viewport()


def test_a_desk_is_walked_with_the_keyboard(visitor: Visitor, sign_in: SignIn) -> None:
    resident = visitor()
    sign_in(resident, "居民")
    for number in range(2):
        raise_repair(resident, f"键盘第{number}件")
    page = visitor(width=1280)
    sign_in(page, "物业前台")
    page.goto("/desk/")
    rows = page.locator(".desk .row-link")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/matters/\d+/"))


def test_a_form_that_was_overtaken_keeps_its_words(visitor: Visitor, sign_in: SignIn, accessible: Check) -> None:
    resident = visitor()
    sign_in(resident, "居民")
    where = raise_repair(resident, "两个人同时处理")
    first, second = (visitor(width=1280) for _ in range(2))
    for page in (first, second):
        sign_in(page, "物业前台")
        page.goto(where)
    second.locator("summary", has_text="不予受理").click()
    second.get_by_role("textbox", name="答复").fill("这是自来水公司的管道，请打供水热线。")
    first.get_by_role("radio").first.check()
    first.get_by_role("button", name="受理", exact=True).click()
    second.get_by_role("button", name="不予受理").click()
    expect(second.get_by_role("alert")).to_contain_text("刚刚有人处理过这件事")
    expect(second.get_by_text("这是自来水公司的管道，请打供水热线。")).to_be_visible()
    accessible(second)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    ("width", "scheme", "large"), [(360, "light", False), (360, "dark", True), (1280, "dark", False)]
)
def test_pages_of_matters_are_accessible_and_fit_the_screen(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int, scheme: str, large: bool
) -> None:
    resident = visitor()
    sign_in(resident, "居民")
    where = raise_repair(resident, "楼道灯不亮")
    page = visitor(language=language, width=width, scheme=scheme, large=large)
    page.goto(where)
    accessible(page)
    sign_in(page, "物业前台|Property desk")
    for path in ("/raise/", "/raise/repair/", "/mine/", "/overdue/", "/desk/", where):
        page.goto(path)
        for fold in page.locator("main details").all():
            fold.evaluate("fold => fold.open = true")
        accessible(page)
