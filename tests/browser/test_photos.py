"""A resident shows what is wrong with two photos, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visitor
from tests.photos import HEIC, packed, quarters

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
NATURAL_WIDTH = "picture => picture.decode().then(() => picture.naturalWidth)"


def jpeg(name: str = "水管.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": packed(quarters(2400, 1800))}


def heic(name: str = "IMG_0002.HEIC") -> FilePayload:
    return {"name": name, "mimeType": "image/heic", "buffer": HEIC.read_bytes()}


@pytest.mark.parametrize(("javascript", "what"), [(True, "阳台推拉门掉了滑轮"), (False, "厨房下水道返味")])
def test_a_resident_sends_two_photos_and_a_neighbour_cannot_see_them(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool, what: str
) -> None:
    check: Check = accessible if javascript else lambda page: None  # the rules themselves are checked by a script
    page = visitor(javascript=javascript)
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.get_by_label("情况").fill(what)
    page.get_by_label("照片").set_input_files([jpeg(), heic()])
    if javascript:
        expect(page.get_by_text("已选 2 张")).to_be_visible()
        expect(page.get_by_role("img", name="水管.jpg")).to_be_visible()
        check(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    photos = page.get_by_role("img", name=re.compile("照片 .，共 2 张"))
    expect(photos).to_have_count(2)
    photos.first.scroll_into_view_if_needed()
    assert photos.first.evaluate(NATURAL_WIDTH) == 320
    check(page)
    address = photos.first.locator("xpath=ancestor::a").get_attribute("href") or ""
    large = page.request.get(address)
    assert (large.status, large.headers["content-type"]) == (200, "image/jpeg")

    neighbour = visitor(javascript=javascript)
    neighbour.goto("/sign-in/")
    neighbour.locator("main button").filter(has_text="居民").nth(1).click()
    neighbour.wait_for_load_state()
    assert neighbour.request.get(address).status == 404


def test_a_photo_is_taken_out_again_before_it_is_sent(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor()
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    field = page.locator("input[type=file]")
    field.set_input_files([jpeg("一.jpg")])
    field.set_input_files([jpeg("二.jpg"), heic()])
    expect(page.get_by_text("已选 3 张")).to_be_visible()
    page.get_by_role("button", name="去掉第 1 张照片").click()
    expect(page.get_by_text("已选 2 张")).to_be_visible()
    expect(page.get_by_role("button", name="去掉第 1 张照片")).to_be_focused()
    field.set_input_files([jpeg() for _ in range(9)])
    expect(page.get_by_text("最多 9 张，多出的没有加入。")).to_be_visible()
    count = "document.querySelector('[data-photos] input').files.length"
    assert page.evaluate(count) == 9


def test_a_photo_is_shrunk_before_it_is_sent(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor()
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.get_by_label("照片").set_input_files([jpeg("大.jpg")])
    expect(page.get_by_role("img", name="大.jpg")).to_be_visible()
    width = "createImageBitmap(document.querySelector('[data-photos] input').files[0]).then(picture => picture.width)"
    page.wait_for_function(f"async () => (await {width}) === 1600")


def test_without_javascript_the_names_of_lost_photos_are_told(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor(javascript=False)
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.get_by_label("联系电话").fill("12")
    page.get_by_label("照片").set_input_files([jpeg(), heic()])
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写“情况”。")
    expect(page.get_by_text("请重新选择：水管.jpg、IMG_0002.HEIC。")).to_be_visible()


def test_a_form_that_comes_back_has_its_photos_again_and_no_trace_stays_once_it_is_taken(
    visitor: Visitor, sign_in: SignIn, accessible: Check
) -> None:
    page = visitor()
    sign_in(page, "居民")
    page.goto("/raise/repair/")
    page.get_by_label("联系电话").fill("12")
    page.get_by_label("情况").fill("书房推拉窗锁扣断裂")
    page.get_by_label("照片").set_input_files([jpeg(), heic()])
    expect(page.get_by_role("img", name="水管.jpg")).to_be_visible()
    page.wait_for_timeout(500)  # until both are packed
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("联系电话")
    expect(page.get_by_text("已选 2 张")).to_be_visible()
    expect(page.get_by_text("请重新选择")).to_have_count(0)
    accessible(page)
    page.get_by_label("联系电话").fill("")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    expect(page.get_by_role("img", name=re.compile("照片 .，共 2 张"))).to_have_count(2)
    page.wait_for_function("() => !Object.keys(sessionStorage).some((name) => name.startsWith('photos'))")
