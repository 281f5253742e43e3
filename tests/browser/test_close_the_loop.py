"""The holder asks, the raiser answers by a link without an account; a matter is split, and a repeat is merged and undone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_journeys import raise_repair
from tests.browser.test_photos import jpeg

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_raiser_without_an_account_answers_by_the_link_on_a_phone(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    check: Check = accessible if javascript else lambda page: None
    resident, desk, phone = (
        visitor(javascript=javascript),
        visitor(width=1280, javascript=javascript),
        visitor(javascript=javascript),
    )
    sign_in(resident, "居民")
    where = raise_repair(resident, f"卫生间漏水{'甲' if javascript else '乙'}")
    sign_in(desk, "物业前台")
    desk.goto(where)
    check(desk)
    desk.get_by_role("link", name="向提出人提问").click()
    check(desk)
    desk.get_by_label("问题", exact=True).fill("是马桶后面，还是洗手池下面？")
    desk.get_by_role("button", name="发送问题").click()
    expect(desk.get_by_text("等提出人回答").first).to_be_visible()
    desk.get_by_role("link", name="问题与链接").click()
    desk.get_by_role("button", name="取一次性链接").click()
    link = desk.get_by_label("一次性链接").input_value()
    check(desk)

    phone.goto(link)
    expect(phone.get_by_text("是马桶后面，还是洗手池下面？")).to_be_visible()
    assert "卫生间" not in phone.content()
    check(phone)
    phone.get_by_label("您的回答").fill("洗手池下面")
    phone.get_by_role("button", name="发送回答").click()
    expect(phone.get_by_role("heading", name="谢谢您")).to_be_visible()
    check(phone)
    phone.goto(link)
    expect(phone.get_by_role("alert")).to_contain_text("这个链接不能用了")
    check(phone)

    desk.goto(where)
    expect(desk.get_by_text("提出人已回复").first).to_be_visible()
    expect(desk.get_by_text("洗手池下面", exact=True)).to_be_visible()


def test_a_matter_is_split_and_another_is_merged_and_undone_on_a_desktop(
    visitor: Visitor, sign_in: SignIn, accessible: Check
) -> None:
    resident, desk = visitor(), visitor(width=1280, language="en-GB")
    sign_in(resident, "居民")
    where = raise_repair(resident, "厨房漏水，楼道灯也不亮")
    again = raise_repair(resident, "门锁转不动")
    sign_in(desk, "Property desk")
    desk.goto(f"{where}split/")
    accessible(desk)
    desk.get_by_label("What is to be done").nth(0).fill("厨房漏水")
    desk.get_by_label("What is to be done").nth(1).fill("楼道灯不亮")
    desk.get_by_role("button", name="One more part").click()
    expect(desk.get_by_label("What is to be done")).to_have_count(3)
    expect(desk.get_by_label("What is to be done").nth(0)).to_have_value("厨房漏水")
    desk.get_by_role("button", name="Split it").click()
    expect(desk.get_by_role("heading", name="Its parts")).to_be_visible()
    accessible(desk)
    resident.goto(where)
    expect(resident.get_by_role("heading", name="分事项")).to_be_visible()
    accessible(resident)

    desk.goto(f"{again}same/")
    accessible(desk)
    desk.get_by_label("Or by its number").fill(where.strip("/").split("/")[-1])
    desk.get_by_label("Reply to the raiser").fill("同一次上门一起修。")
    desk.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.get_by_text("This was the same as")).to_be_visible()
    accessible(desk)
    desk.get_by_text("Undo the merging").first.click()
    desk.get_by_label("Reason").fill("不是一件事")
    desk.get_by_role("button", name="Undo the merging").click()
    expect(desk.get_by_text("The merging is undone")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "javascript", "one", "other"),
    [(360, True, "晾衣杆松动", "门牌脱落"), (1280, True, "纱窗破洞", "信箱撬坏"), (360, False, "墙角发霉", "扶手摇晃")],
)
def test_the_parts_of_a_matter_take_the_photos_that_were_chosen_for_them(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, javascript: bool, one: str, other: str
) -> None:
    check: Check = accessible if javascript else lambda page: None
    resident, desk = visitor(javascript=javascript), visitor(width=width, javascript=javascript)
    sign_in(resident, "居民")
    resident.goto("/raise/repair/")
    resident.get_by_label("情况").fill(f"{one}，{other}")
    resident.get_by_label("照片").set_input_files([jpeg("一.jpg"), jpeg("二.jpg"), jpeg("三.jpg")])
    resident.get_by_role("button", name="提交").click()
    expect(resident.get_by_role("status")).to_contain_text("已收到")
    where = resident.url

    sign_in(desk, "物业前台")
    desk.goto(f"{where}split/")
    expect(desk.get_by_text(f"{one}，{other}")).to_be_visible()
    first, second = desk.get_by_role("group", name="第 1 件"), desk.get_by_role("group", name="第 2 件")
    first.get_by_label("要办什么").fill(one)
    first.get_by_role("checkbox", name="照片 1，共 3 张").check()
    second.get_by_label("要办什么").fill(other)
    second.get_by_label("按哪种办法办").select_option("enquiry")
    second.get_by_role("checkbox", name="照片 2，共 3 张").check()
    second.get_by_role("checkbox", name="照片 3，共 3 张").check()
    check(desk)
    desk.get_by_role("button", name="分开办理").click()
    expect(desk.get_by_role("alert")).to_contain_text("照片")
    expect(second.get_by_role("checkbox", name="照片 3，共 3 张")).to_be_checked()
    check(desk)
    second.get_by_label("按哪种办法办").select_option("repair")
    desk.get_by_role("button", name="分开办理").click()
    expect(desk.get_by_role("heading", name="分事项")).to_be_visible()
    check(desk)

    for words, number in ((one, 1), (other, 2)):
        resident.goto(where)
        resident.get_by_role("link", name=re.compile(f"^{words}")).click()
        shown = resident.get_by_role("img", name=re.compile(f"，共 {number} 张"))
        expect(shown).to_have_count(number)
        address = shown.first.locator("xpath=ancestor::a").get_attribute("href") or ""
        assert resident.request.get(address).headers["content-type"] == "image/jpeg"
        check(resident)


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1280, "en-GB")])
def test_the_list_and_the_share_are_kept_by_the_community(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, language: str
) -> None:
    page = visitor(width=width, language=language)
    page.goto("/remit/")
    accessible(page)
    page.goto("/rechecks/")
    accessible(page)
    sign_in(page, "社区党委" if language.startswith("zh") else "Community committee")
    page.goto("/remit/")
    if not page.get_by_text("0471-0000005").count():  # the list stays from one visit to the next
        page.get_by_role("button", name="导入" if language.startswith("zh") else "Take it in").click()
    expect(page.get_by_text("0471-0000005").first).to_be_visible()
    accessible(page)
    page.goto("/remit/line/?code=heating")
    accessible(page)
    page.goto("/rechecks/")
    accessible(page)
