"""Ordering from the menu as neighbours, the desk and a worker do it: on a phone, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
ZH = {
    "resident": "居民",
    "desk": "物业前台",
    "worker": "物业师傅",
    "service": "水龙头、阀门维修",
    "order": "下单",
    "what": "具体要求",
    "offer": "接单报价",
    "yes": "是",
    "total": "报价合计（人工和材料）",
    "parts": "其中材料费（没有填 0）",
    "agree": "同意报价",
    "finish": "办结并答复",
    "charged": "实际收费（免费填 0）",
    "reply": "答复",
    "ready": "常用答复",
    "insert": "插入",
    "words": "已办完，请评单",
    "filled": "收费与约定一致",
    "labour": "60 元",
    "rate": "确认解决",
}
EN = {
    "resident": "Resident",
    "desk": "Property desk",
    "worker": "Property worker",
    "service": "Taps and valves",
    "order": "Send the order",
    "what": "What is wanted",
    "offer": "Take it and give a quote",
    "yes": "Yes",
    "total": "The whole quote (labour and parts)",
    "parts": "Of it for parts (0 when none)",
    "agree": "Agree to the quote",
    "finish": "Finish and answer",
    "charged": "Price charged (0 when free)",
    "reply": "Reply",
    "ready": "Words kept ready",
    "insert": "Insert",
    "words": "Done, please rate it",
    "filled": "at the price agreed",
    "labour": "60 yuan",
    "rate": "Confirm",
}


def opened(page: Page, move: str) -> None:
    """A move that is not the first stands folded."""
    fold = page.locator("details.move > summary").filter(has_text=re.compile(f"^{re.escape(move)}$"))
    if fold.count():
        fold.first.click()


@pytest.mark.parametrize(
    ("language", "width", "javascript", "number"),
    [("zh-CN", 360, True, 0), ("en-GB", 1280, True, 1), ("zh-CN", 360, False, 2)],
)
def test_an_order_with_a_quote_from_the_menu_to_the_rating(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int, javascript: bool, number: int
) -> None:
    check: Check = accessible if javascript else lambda page: None
    say = ZH if language == "zh-CN" else EN
    mine = visitor(language=language, width=width, javascript=javascript)
    sign_in(mine, say["resident"])
    mine.goto("/menu/")
    check(mine)
    mine.get_by_role("link", name=say["service"]).click()
    check(mine)
    mine.get_by_label(say["what"]).fill(f"厨房龙头关不紧 {number}")
    mine.get_by_role("button", name=say["order"]).last.click()
    expect(mine).to_have_url(re.compile(r"/matters/\d+/"))
    check(mine)
    address = mine.url

    desk = visitor(language=language, width=width, javascript=javascript)
    sign_in(desk, say["desk"])
    desk.goto(address)
    opened(desk, say["offer"])
    form = desk.locator("form[action$='/move/offer/']")
    form.locator("[name=worker]").first.check()
    worker = form.locator("label:has([name=worker]:checked)").inner_text()
    form.get_by_role("radio", name=say["yes"], exact=True).check()
    form.get_by_label(say["total"]).fill("95")
    form.get_by_label(say["parts"]).fill("35")
    check(desk)
    form.get_by_role("button", name=say["offer"]).last.click()

    mine.goto(address)
    expect(mine.get_by_text(say["labour"], exact=True)).to_be_visible()
    check(mine)
    mine.get_by_role("button", name=say["agree"]).click()

    at_work = visitor(language=language, width=width, javascript=javascript)
    sign_in(at_work, worker.strip())
    at_work.goto(address)
    opened(at_work, say["finish"])
    done = at_work.locator("form[action$='/move/finish/']")
    done.get_by_label(say["charged"]).fill("95")
    done.get_by_label(say["ready"]).select_option(label=say["words"])
    done.get_by_role("button", name=say["insert"]).click()
    expect(at_work.get_by_label(say["reply"], exact=True)).to_have_value(re.compile(say["filled"]))
    expect(done.get_by_label(say["charged"])).to_have_value("95")
    check(at_work)
    done.get_by_role("button", name=say["finish"]).last.click()

    mine.goto(address)
    expect(mine.get_by_text(say["filled"]).first).to_be_visible()
    mine.locator("form[action$='/move/confirm/'] [name=score][value='5']").check()
    mine.get_by_role("button", name=say["rate"]).click()
    expect(mine.locator(".tag.done").first).to_be_visible()


@pytest.mark.parametrize(("language", "width", "scheme"), [("zh-CN", 360, "dark"), ("en-GB", 1280, "light")])
def test_the_menu_is_edited_and_words_are_kept_on_pages_that_everybody_can_use(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str, width: int, scheme: str
) -> None:
    page = visitor(language=language, width=width, scheme=scheme, large=width == 360)
    sign_in(page, "物业经理|Property manager")
    for path in ("/menu/", "/menu/services/", "/menu/services/new/", "/replies/"):
        page.goto(path)
        accessible(page)
    page.locator("main form button").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    accessible(page)
    page.goto("/menu/services/")
    page.locator(".list-rows a").first.click()
    for fold in page.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    accessible(page)
    page.locator("[name=weeks]").fill("99")
    page.locator("form[action$='/slots/'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    accessible(page)
