"""A hard question on a phone, from the door to the works: proposed, talked over, posted, decided, carried out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
QUESTION = "二号楼前的晾衣杆放在哪里？"


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1280, "en")])
def test_everybody_reads_the_table_with_its_picture_and_options(
    visitor: Visitor, accessible: Check, width: int, language: str
) -> None:
    page = visitor(width=width, language=language)
    page.goto("/tables/")
    accessible(page)
    page.get_by_role("link", name=re.compile("东门小广场")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("东门小广场")
    expect(page.locator(".opinion-bar")).to_have_count(8)
    expect(page.locator(".sheets > article")).to_have_count(2)
    expect(page.locator("form.opinions, fieldset.opinions")).to_have_count(0)
    page.get_by_text("看数字表格" if language == "zh-CN" else "The figures as a table").click()
    accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_neighbour_says_what_they_think_and_changes_it(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    sign_in(page, "居民")
    page.goto("/tables/")
    page.get_by_role("link", name=re.compile("东门小广场")).click()
    first = page.locator("#statement-1")
    for choice in ("不同意", "说不好"):
        first.get_by_role("button", name=choice, exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("已记下您的看法")
        expect(first.locator('[aria-pressed="true"]')).to_have_text(choice)
    page.get_by_text("写一条想法").click()
    page.get_by_label("用一句话写下别人可以同意或不同意的想法").fill("周日不跳舞")
    if javascript:
        accessible(page)
        page.get_by_role("button", name="摆上桌面").click()
        expect(page.get_by_text("周日不跳舞")).to_be_visible()


def test_topic_table_sheets_deciding_works(visitor: Visitor, sign_in: SignIn, accessible: Check) -> None:
    resident, community = visitor(), visitor()
    sign_in(resident, "居民")
    sign_in(community, "社区党委")
    number = _propose(resident)
    _settle(community, number)
    _talk(resident)
    _draw_up_and_agree(community, accessible)
    _post_and_read(community, number, resident, accessible)
    _decide_and_build(visitor, sign_in, accessible)


def _propose(page: Page) -> str:
    page.goto("/tables/")
    page.get_by_role("link", name="提出议题").click()
    page.locator("main textarea").first.fill("晾衣杆挡住了一楼的窗户，大家商量一下放在哪里。")
    page.get_by_role("button", name=re.compile("提交|发送")).last.click()
    page.wait_for_url(re.compile(r"/matters/\d+/"))
    return page.url.split("/matters/")[1].split("/")[0]


def _settle(page: Page, number: str) -> None:
    page.goto(f"/matters/{number}/")
    page.get_by_label("议题（一句话的问题）").fill(QUESTION)
    page.get_by_role("button", name="定下议题，摆上桌面").click()
    expect(page.get_by_role("link", name=re.compile(QUESTION))).to_be_visible()


def _talk(page: Page) -> None:
    page.goto("/tables/")
    page.get_by_role("link", name=re.compile(QUESTION)).click()
    page.get_by_text("写一条想法").click()
    page.get_by_label("用一句话写下别人可以同意或不同意的想法").fill("放在楼北的空地上")
    page.get_by_role("button", name="摆上桌面").click()
    page.locator("#statement-1").get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_role("status")).to_be_visible()


def _draw_up_and_agree(page: Page, accessible: Check) -> None:
    page.goto("/tables/")
    page.get_by_role("link", name=re.compile(QUESTION)).click()
    page.get_by_text("达成了共识").click()
    page.get_by_label("达成了什么共识，还有哪些不同意见").fill("晾衣杆移到楼北，南侧恢复通行。")
    page.get_by_role("button", name="以这份共识结束").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有方案")
    expect(page.get_by_label("达成了什么共识，还有哪些不同意见")).to_have_value("晾衣杆移到楼北，南侧恢复通行。")
    page.get_by_text("列一个方案").click()
    for label, words in (
        ("方案名称", "移到楼北"),
        ("怎么做", "拆下南侧两根，在楼北装四根。"),
        ("费用（元），不花钱填 0", "1200"),
        ("谁出钱", "物业"),
        ("影响到谁，怎么影响", "一楼两户"),
    ):
        page.get_by_label(label).last.fill(words)
    page.get_by_role("button", name="摆上桌面").first.click()
    expect(page.locator(".sheets > article")).to_have_count(1)
    for summary in page.locator("main summary").all():
        summary.click()
    accessible(page)
    page.get_by_label("达成了什么共识，还有哪些不同意见").fill("晾衣杆移到楼北，南侧恢复通行。")
    page.get_by_role("button", name="以这份共识结束").click()
    expect(page.get_by_role("status")).to_contain_text("方案进入公示")
    accessible(page)


def _post_and_read(page: Page, number: str, resident: Page, accessible: Check) -> None:
    """The options hang as they were agreed on, and the promise cannot be told as kept."""
    resident.goto(f"/matters/{number}/")
    expect(resident.get_by_text("方案公示中").first).to_be_visible()
    accessible(resident)
    resident.goto("/postings/")
    resident.get_by_role("link", name=re.compile(QUESTION)).first.click()
    expect(resident.get_by_text("费用：1,200 元")).to_be_visible()
    page.get_by_role("link", name=re.compile("社区全程跟进")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("全程跟进承诺")
    page.get_by_label("办成了什么，怎么办成的").fill("办好了")
    page.get_by_role("button", name=re.compile("已办成")).click()
    expect(page.get_by_text(re.compile("工程还没有验收"))).to_be_visible()
    accessible(page)


def _decide_and_build(visitor: Visitor, sign_in: SignIn, accessible: Check) -> None:
    """Only days bring a posting to its end, so it goes on with the ramp, whose options have hung theirs in the demonstration."""
    community, property_company, desk = visitor(), visitor(), visitor()
    sign_in(community, "社区党委")
    sign_in(property_company, "物业经理")
    sign_in(desk, "社区综合窗口")
    community.goto("/tables/")
    community.get_by_role("link", name=re.compile("坡道怎么改")).click()
    community.get_by_role("link", name=re.compile(r"第 \d+ 号事项")).first.click()
    address = community.url
    accessible(community)
    _move(community, address, "按事项类别送去决定", {"属于哪一类事项": "upkeep"})
    _move(property_company, address, "完工，申请验收", {"办理结果": "坡道和扶手都已装好"})
    _move(community, address, "验收合格", {"核实情况": "坡度和扶手合格"})
    _move(desk, address, "已回访，答复提出人", {"答复": "坡道已经启用，扶手两侧都有"})
    expect(desk.get_by_text("待评价").first).to_be_visible()
    community.goto("/tables/")
    community.get_by_role("link", name=re.compile("坡道怎么改")).click()
    community.get_by_role("link", name=re.compile("社区全程跟进")).click()
    _move(community, community.url, "已办成，告诉参与的人", {"办成了什么，怎么办成的": "坡道放缓了，扶手装好了"})
    expect(community.get_by_text("承诺已兑现").first).to_be_visible()
    accessible(community)


def _move(page: Page, address: str, button: str, answers: dict[str, str]) -> None:
    """Fill in the form of a move as it stands on the matter's page, and send it."""
    page.goto(address)
    form = page.locator("form", has=page.get_by_role("button", name=button, exact=True)).last
    if not form.is_visible():
        page.locator("summary", has_text=button).first.click()
    for label, words in answers.items():
        field = form.get_by_label(re.compile(f"^{re.escape(label)}")).first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)
    form.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    expect(page.get_by_role("alert")).to_have_count(0)
