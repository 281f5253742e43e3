"""Ballots as owners, scrutineers and the convener see them: one that is open, one that was decided, one whose roll is posted."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor

SignIn = Callable[[Page, str], str]
Check = Callable[[Page], None]
OPEN, DECIDED, POSTED = "闸机|gates", "绿地|Green belt", "规约|Covenant"
EYES = [(360, "zh-CN", "light", False), (1280, "en", "dark", False), (360, "en", "light", True)]


def go_to(page: Page, which: str) -> str:
    """To the page of a demonstration ballot, from the list."""
    page.goto("/ballots/")
    page.get_by_role("link", name=re.compile(which)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(which))
    return page.url


def main_button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name)


def mark(page: Page, *choices: str) -> None:
    for question, choice in enumerate(choices, start=1):
        page.locator(f"input[name=q{question}][value={choice}]").check()


@pytest.mark.parametrize(("width", "language", "scheme", "large"), EYES)
def test_everybody_reads_what_was_decided_and_what_is_asked(
    visitor: Visitor, accessible: Check, width: int, language: str, scheme: str, large: bool
) -> None:
    page = visitor(width=width, language=language, scheme=scheme, large=large)
    page.goto("/ballots/")
    accessible(page)
    go_to(page, DECIDED)
    exact, bands = page.get_by_role("table").all()
    assert "84.37%" in exact.inner_text()
    assert "95–100%" in bands.inner_text()
    assert set(re.findall(r"[\d,.]+%?", bands.inner_text())) == {"0", "5%", "95", "100%"}, (
        "no exact figure stands there"
    )
    page.locator("main summary").first.click()
    accessible(page)
    for which in (OPEN, POSTED):
        go_to(page, which)
        accessible(page)


@pytest.mark.parametrize(("width", "language", "scheme", "large"), EYES)
def test_what_an_owner_and_a_scrutineer_work_with_is_within_everybodys_reach(
    visitor: Visitor, sign_in: SignIn, accessible: Check, width: int, language: str, scheme: str, large: bool
) -> None:
    page = visitor(width=width, language=language, scheme=scheme, large=large)
    sign_in(page, "居民|Resident")
    go_to(page, POSTED)
    page.locator("main summary").last.click()
    accessible(page)
    go_to(page, OPEN)
    accessible(page)
    page.locator("a[href*='/vote/']").first.click()
    accessible(page)
    go_to(page, DECIDED)
    page.locator("a[href*='/receipt/']").click()
    accessible(page)
    sign_in(page, "业委会|[Cc]ommittee")
    address = go_to(page, OPEN)
    accessible(page)
    for path in ("paper/", "delivery/", "sheets/"):
        page.goto(address + path)
        accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_owner_votes_on_the_phone_and_may_think_again(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    sign_in(page, "居民")
    address = go_to(page, OPEN)
    page.locator("a[href*='/vote/']").first.click()
    mark(page, "yes")
    main_button(page, "投票").click()
    expect(page.get_by_role("alert")).to_contain_text("请对每一项选择")
    expect(page.locator("input[name=q1][value=yes]")).to_be_checked()
    if javascript:
        accessible(page)
    mark(page, "yes", "no")
    main_button(page, "投票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的票已投出")
    first = page.url
    page.goto(address)
    expect(page.get_by_text("已有一张有效票")).to_be_visible()
    page.get_by_role("link", name="重新投票").click()
    mark(page, "abstain", "yes")
    main_button(page, "投票").click()
    expect(page.locator("main strong").first).to_have_text("弃权")
    assert page.url != first
    page.goto(first)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("您的票已投出")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_paper_ballot_counts_once_two_have_read_it_alike(visitor: Visitor, sign_in: SignIn, javascript: bool) -> None:
    committee, community = visitor(javascript=javascript), visitor(width=1280, javascript=javascript)
    sign_in(committee, "业委会")
    sign_in(community, "社区党委")
    address = go_to(committee, OPEN)
    committee.goto(f"{address}sheets/")
    number = committee.locator(".sheet-code code").first.inner_text()
    for page, told in ((committee, "请另一位监票人独立再登记一次"), (community, "纸质票已计入")):
        page.goto(f"{address}paper/?n={number}")
        expect(page.get_by_label("票面编号")).to_have_value(number)
        mark(page, "no", "blank")
        main_button(page, "登记").click()
        expect(page.get_by_role("status")).to_contain_text(told)
        page.goto(f"{address}paper/?n={number}")
        mark(page, "no", "blank")
        main_button(page, "登记").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("input[name=q1][value=no]")).to_be_checked()
    committee.goto(f"{address}sheets/")
    expect(committee.get_by_text(number)).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_objection_to_the_roll_is_answered_to_whoever_made_it(
    visitor: Visitor, sign_in: SignIn, javascript: bool
) -> None:
    resident, convener, stranger = (visitor(javascript=javascript) for _ in range(3))
    words, answer = f"我家面积登记少了 2 平方米（{javascript}）", f"已核对产权证，登记无误（{javascript}）"
    sign_in(resident, "居民")
    address = go_to(resident, POSTED)
    resident.get_by_text("对名册有异议").click()
    resident.get_by_label("哪里不对").fill(words)
    resident.get_by_role("button", name="提交异议").click()
    expect(resident.get_by_role("status")).to_contain_text("会逐条答复")
    sign_in(convener, "业委会")
    convener.goto(address)
    said = convener.locator("article").filter(has_text=words)
    said.locator("input[value=no]").check()
    said.get_by_label("答复").fill(answer)
    said.get_by_role("button").click()
    resident.goto(address)
    expect(resident.get_by_text(answer)).to_be_visible()
    stranger.goto(address)
    expect(stranger.get_by_text(words)).to_have_count(0)


def test_anybody_recounts_and_an_owner_finds_the_own_ballot(visitor: Visitor, sign_in: SignIn, tmp_path: Path) -> None:
    page = visitor()
    sign_in(page, "居民")
    go_to(page, DECIDED)
    bundle, receipt = tmp_path / "bundle.json", tmp_path / "receipt.json"
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载公开包").click()
    coming.value.save_as(bundle)
    page.get_by_role("link", name="您的收据").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="保存收据").click()
    coming.value.save_as(receipt)
    done = verified(bundle, receipt)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有改动，计入结果" in done.stdout
    data = bundle.read_bytes()
    place = data.index(b'"heads":', len(data) // 2) - 20
    bundle.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    assert verified(bundle, receipt).returncode != 0
    go_to(page, DECIDED)
    page.get_by_role("link", name="在浏览器里核对").click()
    bundle.write_bytes(data)
    page.locator("#bundle").set_input_files(bundle)
    page.locator("#receipt").set_input_files(receipt)
    page.locator("form .go").click()
    expect(page.locator("#findings")).to_contain_text("没有改动，计入结果")
    expect(page.locator("#findings")).not_to_contain_text("✗")


def verified(bundle: Path, receipt: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linli.ballots.verify_command", str(bundle), "--receipt", str(receipt)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("javascript", [True, False])
def test_the_convener_prepares_a_ballot_and_is_told_what_is_missing(
    visitor: Visitor, sign_in: SignIn, accessible: Check, javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    check: Check = accessible if javascript else lambda page: None
    sign_in(page, "业委会")
    page.goto("/raise/owners_ballot/")
    page.get_by_label(re.compile("提请业主共同决定的事项")).fill(f"更换监控系统{javascript}")
    page.get_by_role("button", name="提交").click()
    anyway = page.get_by_role("button", name="仍要提交")
    expect(anyway.or_(page.get_by_text("已收到，编号"))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    main_button(page, "提交业主表决").first.click()
    page.get_by_role("link", name=re.compile("事项、名册、结果")).last.click()
    check(page)
    expect(page.get_by_text("筹备中")).to_be_visible()
    page.get_by_label("名称", exact=True).fill("更换监控系统")
    page.get_by_label("开始").fill("2030-03-01T09:00")
    page.get_by_label("截止").fill("2030-03-03T09:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("不少于 5 天")
    expect(page.get_by_label("名称", exact=True)).to_have_value("更换监控系统")
    check(page)
    page.get_by_label("截止").fill("2030-03-12T09:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.get_by_label("事项类别").select_option("cn-civil-278-5")
    page.get_by_label("问题", exact=True).fill("是否同意用维修资金更换监控系统？")
    page.get_by_role("button", name="列入").click()
    expect(page.get_by_role("heading", name="是否同意用维修资金更换监控系统")).to_be_visible()
    check(page)
    page.get_by_role("button", name=re.compile("固定名册")).click()
    expect(page.get_by_text("名册公示中").first).to_be_visible()
    expect(page.get_by_text("593").first).to_be_visible()
    check(page)
