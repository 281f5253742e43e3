"""The desk of an office: several matters at once with the keyboard, filters on a phone, taking down for a caller."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_journeys import raise_repair

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
SHOTS = os.environ.get("LINLI_SHOTS")


def shot(page: Page, name: str) -> None:
    """For looking at by hand."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_several_matters_are_declined_together_with_the_keyboard(
    visitor: Visitor, sign_in: SignIn, accessible: Check
) -> None:
    resident = visitor()
    sign_in(resident, "居民")
    for number in range(3):
        raise_repair(resident, f"批量第{number}件")
    page = visitor(width=1280)
    sign_in(page, "物业前台")
    page.goto("/desk/")
    row = page.locator(".desk li").filter(has_text="批量第0件")
    row.locator("a.row-link").focus()
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).not_to_be_checked()
    page.keyboard.press("x")
    page.locator(".desk li").filter(has_text="批量第2件").locator("a.row-link").focus()
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("已选 3 件")).to_be_visible()
    shot(page, "desk-chosen")
    accessible(page)
    page.get_by_role("button", name="一起办理所选事项").click()
    shot(page, "bulk-choose")
    accessible(page)
    page.get_by_role("button", name=re.compile("全部一起办.*不予受理")).click()
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写“答复”。")
    page.get_by_role("textbox", name="答复").fill("属于自来水公司的管道，已转告，电话见公告栏。")
    shot(page, "bulk-fill")
    accessible(page)
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_text("办结：不予受理")).to_have_count(3)
    shot(page, "bulk-look")
    accessible(page)
    page.get_by_role("button", name="确认办理 3 件").click()
    expect(page.get_by_role("status")).to_contain_text("已办：3")
    shot(page, "bulk-done")
    accessible(page)
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("已办：3")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_all_matters_are_narrowed_on_a_phone_and_the_filter_is_kept(
    visitor: Visitor, sign_in: SignIn, accessible: Check, language: str
) -> None:
    resident = visitor()
    sign_in(resident, "居民")
    raise_repair(resident, f"筛选用的漏水{language}")
    page = visitor(language=language, scheme="dark" if language.startswith("en") else "light")
    sign_in(page, "物业前台|Property desk")
    page.goto("/desk/")
    shot(page, f"desk-phone-{language}")
    accessible(page)
    page.get_by_role("link", name=re.compile("全部事项|All matters here")).click()
    page.locator("summary").filter(has_text=re.compile("筛选|Filter")).click()
    page.get_by_label(re.compile("事项类型|Kind")).select_option("repair")
    page.get_by_label(re.compile("状态|Standing")).select_option("open")
    shot(page, f"filter-phone-{language}")
    accessible(page)
    page.get_by_role("button", name=re.compile("^(查看|Show)$")).click()
    assert "book=repair" in page.url
    page.locator("summary").filter(has_text=re.compile("筛选|Filter")).click()
    page.get_by_label(re.compile("把这个筛选保存为|Keep this filter as")).fill(f"报修{language[:2]}")
    page.get_by_role("button", name=re.compile("^(保存|Keep)$")).click()
    expect(page.get_by_role("link", name=f"报修{language[:2]}")).to_have_attribute("aria-current", "true")
    shot(page, f"matters-phone-{language}")
    accessible(page)
    page.get_by_label(re.compile("词语、地点或编号|Words, a place or a number")).fill("筛选用的漏水")
    page.get_by_role("button", name=re.compile("在这些事项里搜索|Search among these")).click()
    expect(page.locator(".desk li").first).to_contain_text("筛选用的漏水")
    assert "%E7" not in page.url
    accessible(page)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_list_is_taken_along(visitor: Visitor, sign_in: SignIn, format: str) -> None:
    page = visitor(width=1280)
    sign_in(page, "物业前台")
    page.goto("/matters/")
    shot(page, "matters-desktop")
    with page.expect_download() as got:
        page.get_by_role("button", name=format.upper()).click()
    assert got.value.suggested_filename.endswith(f".{format}")
    kept = got.value.path().read_bytes()
    assert kept.startswith(b"\xef\xbb\xbf" if format == "csv" else b"PK")


@pytest.mark.parametrize(
    ("width", "language", "javascript"), [(1280, "zh-CN", True), (360, "en-GB", True), (360, "zh-CN", False)]
)
def test_what_a_caller_says_is_taken_down_in_their_name(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, language: str, javascript: bool
) -> None:
    check: Check = accessible if javascript else lambda page: None
    page = visitor(width=width, language=language, javascript=javascript)
    sign_in(page, "社区综合窗口|Community desk")
    page.goto("/take-down/")
    shot(page, f"take-down-{width}-{language}")
    check(page)
    page.goto("/take-down/repair/")
    page.get_by_label(re.compile("情况|What is wrong")).fill(f"门厅的灯一闪一闪{width}{language}{javascript}")
    page.get_by_label(re.compile("来电号码|Caller’s number")).fill("12")
    page.get_by_label(re.compile("来电人姓名|Caller’s name")).fill("赵姨")
    page.get_by_label(re.compile("查找地点|Find the place")).fill("5-2")
    page.get_by_role("button", name=re.compile("^(查找|Find)$")).click()
    expect(page.get_by_label(re.compile("情况|What is wrong"))).to_have_value(re.compile("门厅的灯"))
    page.get_by_role("button", name=re.compile("^(提交|Send)")).last.click()
    expect(page.get_by_role("alert")).to_contain_text("12")
    shot(page, f"take-down-form-{width}-{language}")
    check(page)
    page.get_by_label(re.compile("来电号码|Caller’s number")).fill(
        "139001" + f"{width}".zfill(5) if javascript else "13900199999"
    )
    page.get_by_role("button", name=re.compile("^(提交|Send)")).last.click()
    other = page.get_by_role("button", name=re.compile("不是同一件，提交|It is another one: send it"))
    heading = page.get_by_role("heading", name=re.compile("已代录，编号|Taken down as No"))
    expect(other.or_(heading)).to_be_visible()
    if other.is_visible():
        check(page)
        other.click()
    expect(heading).to_be_visible()
    shot(page, f"taken-down-{width}-{language}")
    check(page)
