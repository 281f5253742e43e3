"""Two neighbours of one building and one broken lift: the second is shown the first one's report, joins it, and judges the end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_journeys import raise_repair

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
SIMILAR = "有人已经反映过类似的事"


def neighbours(page: Page) -> tuple[str, str]:
    """Two residents of one building, by what their buttons on the sign-in page say."""
    page.goto("/sign-in/")
    said = [" ".join(text.split()) for text in page.locator("main button").filter(has_text="居民").all_inner_texts()]
    by_building: dict[str, list[str]] = {}
    for text in said:
        building = re.search(r"\S*号楼", text)
        if building:
            by_building.setdefault(building[0], []).append(text.split(" ")[0])
    return next((found[0], found[1]) for found in by_building.values() if len(found) > 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_second_neighbour_joins_and_judges(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    check: Check = accessible if javascript else lambda page: None
    first, second, desk, worker = (visitor(javascript=javascript) for _ in range(4))
    one, other = neighbours(first)
    what = f"电梯停在三楼按键失灵{'甲乙' if javascript else '丙丁'}"
    sign_in(first, one)
    where = raise_repair(first, what)

    sign_in(second, other)
    second.goto("/raise/repair/")
    second.get_by_label("情况").fill(f"{what}，没有反应")
    second.get_by_role("button", name="提交").click()
    expect(second.get_by_role("heading", name=SIMILAR)).to_be_visible()
    expect(second.get_by_label("情况")).to_have_value(f"{what}，没有反应")
    check(second)
    second.locator(f'form[action="{where}join/"] button').click()
    expect(second.get_by_text("您已加入")).to_be_visible()
    check(second)

    sign_in(desk, "物业前台")
    name = sign_in(worker, "物业师傅")
    desk.goto(where)
    expect(desk.get_by_text("还有 1 人也反映了这件事")).to_be_visible()
    desk.get_by_role("radio", name=name).check()
    desk.get_by_role("button", name="受理", exact=True).click()
    worker.goto(where)
    worker.get_by_role("textbox", name="答复").fill("更换按键板，试运行正常。")
    worker.get_by_role("button", name="办结并答复").click()
    expect(worker.get_by_role("status")).to_contain_text("已登记")

    second.goto("/mine/")
    check(second)
    second.locator(f'a[href="{where}"]').click()
    expect(second.get_by_text("更换按键板，试运行正常。").first).to_be_visible()
    second.get_by_role("radio", name="4 分").check()
    second.get_by_role("button", name="提交评价").click()
    expect(second.get_by_text("您的评价：4 分")).to_be_visible()
    check(second)


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1280, "en-GB")])
def test_what_was_written_is_found_again(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, language: str
) -> None:
    resident = visitor()
    name = sign_in(resident, "居民")
    where = raise_repair(resident, "阳台晾衣架螺丝松动")
    page = visitor(width=width, language=language)
    sign_in(page, name)
    page.goto("/search/")
    accessible(page)
    page.get_by_role("searchbox").fill("晾衣架")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("晾衣架")
    accessible(page)
    assert "晾" not in page.url
    page.locator(f'a[href="{where}"]').click()
    expect(page.get_by_text("阳台晾衣架螺丝松动").first).to_be_visible()
