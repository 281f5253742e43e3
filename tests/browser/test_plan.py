"""The plan of the estate, the parts of the design and the lists of the electorates, as they look and are used."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


def unfolded(page: Page) -> Page:
    for fold in page.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    return page


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(
    ("width", "scheme", "large"), [(360, "light", False), (360, "dark", True), (1280, "dark", False)]
)
def test_the_new_pages_are_accessible_and_fit_the_screen(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int, scheme: str, large: bool
) -> None:
    page = visitor(language=language, width=width, scheme=scheme, large=large)
    for path in ("/plan/", "/components/", "/components/?scheme=dark", "/components/?scheme=light", "/playbooks/"):
        page.goto(path)
        accessible(unfolded(page))
    page.goto("/plan/")
    page.locator("main table a").first.click()
    accessible(page)
    sign_in(page, "社区党委|Community committee")
    for path in ("/standings/", "/standings/?of=villager", "/plan/"):
        page.goto(path)
        accessible(unfolded(page))


def test_a_building_is_reached_by_the_keyboard_and_says_how_it_stands(visitor: Visitor) -> None:
    page = visitor(width=1280)
    page.goto("/plan/")
    first = page.locator("svg.plan-picture a").first
    expect(first).to_have_attribute("aria-label", re.compile(r"^1号楼：.*(在办|没有在办事项)"))
    page.locator(".plan-window").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("青榆家园 一期 1号楼")


def test_the_plan_is_made_larger_moved_and_made_whole_again(visitor: Visitor) -> None:
    page = visitor(width=1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/plan/")
    picture, frame = page.locator("svg.plan-picture"), page.locator(".plan-window")
    width = picture.evaluate("one => one.clientWidth")
    page.get_by_role("button", name="放大").click()
    page.get_by_role("button", name="放大").click()
    assert picture.evaluate("one => one.clientWidth") > 1.8 * width
    expect(page.get_by_role("status")).to_have_text("按 196% 显示")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    before = frame.evaluate("one => one.scrollLeft")
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 150, steps=5)
    page.mouse.up()
    assert frame.evaluate("one => one.scrollLeft") == pytest.approx(before + 100, abs=3)
    expect(page).to_have_url(re.compile("/plan/$"))  # what was moved was not clicked
    page.get_by_role("button", name="整图").click()
    assert picture.evaluate("one => one.clientWidth") == pytest.approx(width, abs=2)
    assert said == []


def test_without_javascript_the_plan_stands_and_leads_on(visitor: Visitor) -> None:
    page = visitor(javascript=False)
    page.goto("/plan/")
    expect(page.get_by_role("button", name="放大")).to_be_hidden()
    page.locator("svg.plan-picture a").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("青榆家园 一期 2号楼")
    page.get_by_role("link", name="反映这里的问题").click()
    expect(page).to_have_url(re.compile("/sign-in/"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_resident_chooses_the_building_on_the_plan_and_reports(
    visitor: Visitor, sign_in: SignIn, javascript: bool
) -> None:
    page = visitor(javascript=javascript, width=1280)
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.locator("summary").filter(has_text="别的地方").click()
    page.get_by_role("link", name="在平面图上选楼栋").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("在哪里？")
    page.locator("main table").get_by_role("link", name="6号楼").click()
    expect(page.get_by_role("radio", name="青榆家园 二期 6号楼", exact=True)).to_be_checked()
    page.get_by_label("情况").fill("六号楼门前积水" if javascript else "六号楼北侧台阶缺了一块砖")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    expect(page.get_by_text("青榆家园 二期 6号楼").first).to_be_visible()


def test_the_parts_are_shown_in_the_light_and_in_the_dark_whatever_the_screen_is(visitor: Visitor) -> None:
    page = visitor(width=1280, scheme="light")
    ground = "one => getComputedStyle(one).backgroundColor"
    page.goto("/components/?scheme=dark")
    assert page.locator(".parts").evaluate(ground) == "rgb(21, 25, 27)"
    page.goto("/components/?scheme=light")
    assert page.locator(".parts").evaluate(ground) == "rgb(250, 247, 241)"


def test_on_paper_there_is_no_navigation_no_button_and_no_form(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor(width=794, scheme="dark")
    sign_in(page, "社区党委")
    for path in ("/board/", "/grids/", "/plan/", "/playbooks/repair/", "/overdue/"):
        page.goto(path)
        page.emulate_media(media="print", color_scheme="dark")
        for gone in (".site-nav", ".site-tools", ".demo-line", "main form", "main .button"):
            for one in page.locator(gone).all():
                expect(one).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_the_community_enters_a_resident_looks_at_the_names_and_ends_it(visitor: Visitor, sign_in: SignIn) -> None:
    """Without JavaScript, which none of this needs."""
    page = visitor(javascript=False)
    sign_in(page, "社区党委")
    page.get_by_role("link", name="选民身份").click()
    page.get_by_label("姓名", exact=True).fill("测试选民")
    page.get_by_label("电话", exact=True).fill("19900009990")
    page.get_by_label("房屋", exact=True).fill("12-2-1001")
    page.get_by_label("查验证件材料").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请写明")
    page.get_by_label("理由", exact=True).fill("查验了户口簿")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_label("查找房屋").fill("12-2-1001")
    page.get_by_role("button", name="查找").click()
    row = page.get_by_role("row").filter(has_text="12号楼 2单元 1001室")
    expect(row).to_contain_text("测*")
    page.locator("summary").filter(has_text="查看完整姓名").click()
    page.get_by_label("为什么要看完整信息").fill("核对选民名单")
    page.get_by_role("button", name="按此原因查看").click()
    expect(page.get_by_role("status")).to_contain_text("已记入记录")
    row = page.get_by_role("row").filter(has_text="测试选民")
    row.locator("summary").click()
    row.get_by_label("终止原因").fill("已经迁出")
    row.get_by_role("button", name="今天起终止").click()
    expect(page.get_by_role("main")).not_to_contain_text("测*")
