"""Bringing ballots to the door where there is no network: marked on the phone, sent once, gone when the vote is over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
LEFT = """async () => ({
    kept: localStorage.length,
    caches: await caches.keys(),
    keepers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"kept": 0, "caches": [], "keepers": 0}


def to_the_doors(page: Page, sign_in: SignIn, who: str) -> str:
    """The list of the open ballot, ready to be used without a network."""
    sign_in(page, who)
    page.goto("/ballots/")
    page.get_by_role("link", name=re.compile("闸机|gates")).first.click()
    page.get_by_role("link", name=re.compile("还没有投票的|Who has not voted")).click()
    page.locator("[data-doors][data-ready]").wait_for(timeout=60_000)
    return page.url


@pytest.fixture
def online(visitor: Visitor) -> Iterator[Page]:
    page = visitor()
    yield page
    page.context.set_offline(False)


def door(page: Page, number: int) -> str:
    """The mark of the door at this place among those without a mark at the beginning."""
    return page.locator("[data-doors] > li:has(form)").nth(number).get_attribute("id") or ""


def test_three_doors_marked_without_a_network_are_recorded_once_when_it_is_back(online: Page, sign_in: SignIn) -> None:
    page = online
    address = to_the_doors(page, sign_in, "业委会|Committee")
    doors = [door(page, number) for number in range(3)]
    page.context.set_offline(True)
    page.goto(address)  # the phone had forgotten the page; it opens all the same
    for where, button in zip(doors, ("当面送达", "家里没人", "拒绝接收"), strict=True):
        page.locator(f"#{where}").get_by_role("button", name=re.compile(f"^{button}")).click()
        expect(page.locator(f"#{where} [data-mark]")).to_have_text(f"{button} · 还没有发出")
    expect(page.locator("[data-doors-state]")).to_contain_text("等待发送：3")
    page.goto(address)
    expect(page.locator("[data-doors-state]")).to_contain_text("等待发送：3")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.context.set_offline(False)
    expect(page.locator("[data-doors-state]")).to_be_hidden()
    assert sent == ["POST"] * 3
    page.goto(address)
    for where, said in zip(doors, ("当面送达", "家里没人", "拒绝接收"), strict=True):
        expect(page.locator(f"#{where} [data-mark]")).to_have_text(said)
    assert page.evaluate("localStorage.length") == 0
    assert len(sent) == 3, "what was sent is not sent again"


def test_when_the_vote_is_over_nothing_of_the_list_is_left_on_the_phone(online: Page, sign_in: SignIn) -> None:
    page = online
    address = to_the_doors(page, sign_in, "业委会|Committee")
    page.context.set_offline(True)
    page.goto(address)
    page.locator(f"#{door(page, 3)}").get_by_role("button", name=re.compile("^家里没人")).click()
    assert page.evaluate(LEFT) == {
        "kept": 1,
        "caches": [page.locator("[data-doors]").get_attribute("data-cache")],
        "keepers": 1,
    }
    page.clock.set_fixed_time(int(page.locator("[data-doors]").get_attribute("data-closes") or 0) + 1000)
    page.goto(address)
    expect(page.locator("[data-doors-state]")).to_contain_text("表决已截止")
    expect(page.locator("[data-doors] > li")).to_have_count(0)
    page.wait_for_function(
        f"async () => {{ const left = await ({LEFT})(); return !left.kept && !left.caches.length && !left.keepers }}"
    )
    assert page.evaluate(LEFT) == NOTHING


def test_the_keeper_itself_forgets_at_the_hour_though_the_page_was_never_opened_again(
    online: Page, sign_in: SignIn
) -> None:
    page = online
    address = to_the_doors(page, sign_in, "业委会|Committee")
    closes = int(page.locator("[data-doors]").get_attribute("data-closes") or 0)
    page.context.service_workers[0].evaluate(f"Date.now = () => {closes}")
    page.context.set_offline(True)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 410
    assert "名单已从这台手机删除" in page.content()
    assert page.context.service_workers[0].evaluate("caches.keys()") == []


def test_signing_out_takes_the_list_along(online: Page, sign_in: SignIn) -> None:
    page = online
    to_the_doors(page, sign_in, "业委会|Committee")
    page.locator(".site-menu > summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/")
    assert page.evaluate(LEFT) == NOTHING


@pytest.mark.parametrize(
    ("width", "language", "scheme", "large"),
    [(360, "zh-CN", "light", False), (1280, "en", "dark", False), (360, "en", "light", True)],
)
def test_the_list_is_within_everybodys_reach(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, language: str, scheme: str, large: bool
) -> None:
    page = visitor(width=width, language=language, scheme=scheme, large=large)
    to_the_doors(page, sign_in, "业委会|[Cc]ommittee")
    page.locator("[data-doors] summary").first.click()
    accessible(page)
    buttons = page.locator("main button:visible, main summary:visible").all()
    assert min(box["height"] for box in (one.bounding_box() for one in buttons[:20]) if box) >= 44


def test_without_javascript_a_door_is_marked_by_its_form(visitor: Visitor, sign_in: SignIn) -> None:
    page = visitor(javascript=False)
    sign_in(page, "业委会|Committee")
    page.goto("/ballots/")
    page.get_by_role("link", name=re.compile("闸机")).first.click()
    page.get_by_role("link", name="还没有投票的").click()
    where = door(page, 5)
    page.locator(f"#{where}").get_by_role("button", name=re.compile("^家里没人")).click()
    expect(page.locator(f"#{where} [data-mark]")).to_have_text("家里没人")
