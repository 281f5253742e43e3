"""One ballot of the owners from the committee's first form to the certificate, over four weeks, in a browser all the way."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import LINLI, PATIENCE, ROOT, free_port, wait_for

Check = Callable[[Page], None]
SignIn = Callable[[Page, str], str]
TITLE, QUESTION = "更换一号泵房水泵", "是否同意用维修资金更换一号泵房水泵？"
DAY = 24 * 3600
SYSTEM = "青榆市业主电子投票系统"
MAPPING = f"""
system: {SYSTEM}
slot: {{number: 票号}}
questions: {{1: {{column: 议题, values: {{同意: yes, 反对: no}}}}}}
"""


class Later:
    """A server whose clock a test puts forward."""

    def __init__(self, address: str, file: Path) -> None:
        self.address, self.file = address, file

    def set(self, days: int) -> None:
        self.file.write_text(str(days * DAY), "utf-8")


@pytest.fixture(scope="module")
def later() -> Iterator[Later]:
    home = Path(tempfile.mkdtemp(prefix="linli-journey-"))
    home.chmod(0o711)
    (home / "static").mkdir()
    file = home / "later"
    file.write_text("0", "utf-8")
    environment = {
        **os.environ,
        "LINLI_HOME": str(home),
        "LINLI_DEMO": "1",
        "LINLI_LATER": str(file),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run([*LINLI, "demo", "--quiet"], cwd=ROOT, env=environment, check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "tests.browser.timed:application", "-b", address, "--threads", "4"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, "--timeout", "120"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://{address}/healthz", server, home / "server.log")
        yield Later(f"http://{address}", file)
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def someone(chromium: Browser, later: Later) -> Iterator[Callable[[int], Page]]:
    contexts = []

    def open_page(width: int) -> Page:
        size = {"width": width, "height": 780}
        context = chromium.new_context(base_url=later.address, locale="zh-CN", viewport=size)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def prepare(page: Page, platform: str = "") -> str:
    """As the committee: from the form to the roll that is posted; the address of the ballot."""
    page.goto("/raise/owners_ballot/")
    page.get_by_label(re.compile("提请业主共同决定的事项")).fill(TITLE)
    page.get_by_role("button", name="提交").click()
    anyway = page.get_by_role("button", name="仍要提交")
    expect(anyway.or_(page.get_by_text("已收到，编号"))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    page.locator("main").get_by_role("button", name="提交业主表决").first.click()
    page.get_by_role("link", name=re.compile("事项、名册、结果")).last.click()
    opens = date.today() + timedelta(days=17)  # noqa: DTZ011 — the browser's own day is as good
    page.get_by_label("名称", exact=True).fill(TITLE)
    page.get_by_label("开始").fill(f"{opens}T09:00")
    page.get_by_label("截止").fill(f"{opens + timedelta(days=6)}T09:00")
    if platform:
        page.get_by_text("本市有官方电子投票系统").click()
        page.get_by_label(re.compile("系统名称")).fill(platform)
    page.get_by_role("button", name="保存").click()
    page.get_by_label("事项类别").select_option("cn-civil-278-5")
    page.get_by_label("问题", exact=True).fill(QUESTION)
    page.get_by_role("button", name="列入").click()
    page.get_by_role("button", name=re.compile("固定名册")).click()
    expect(page.get_by_text("名册公示中").first).to_be_visible()
    return page.url.partition("?")[0]


def paper(page: Page, name: str) -> str:
    """The text of a paper, fetched as the reader of this page does."""
    link = page.locator(f"a[href$='/{name}.pdf']")
    expect(link).to_be_visible()
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return "".join("".join(one.extract_text().split()) for one in pages)


def kept(page: Page, link: str, file: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("link", name=link).click()
    coming.value.save_as(file)
    return file


def test_a_ballot_from_the_first_form_to_the_certificate(
    someone: Callable[[int], Page], later: Later, sign_in: SignIn, accessible: Check, tmp_path: Path
) -> None:
    committee, owner, anybody = someone(1280), someone(360), someone(360)
    sign_in(committee, "业委会")
    address = prepare(committee)
    accessible(committee)
    root = committee.locator("code.digest").first.inner_text()
    anybody.goto(address)
    accessible(anybody)
    notice = paper(anybody, "notice.zh")
    assert root in notice
    assert QUESTION in notice
    expect(anybody.locator("a[href$='certificate.zh.pdf']")).to_have_count(0)

    later.set(days=18)
    sign_in(owner, "居民")
    owner.goto(address)
    expect(owner.get_by_text("正在投票").first).to_be_visible()
    expect(owner.locator("code.digest").first).to_have_text(root)
    owner.locator("a[href*='/vote/']").first.click()
    owner.locator("input[name=q1][value=yes]").check()
    owner.locator("main").get_by_role("button", name="投票").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("您的票已投出")
    receipt = kept(owner, "保存收据", tmp_path / "receipt.json")

    later.set(days=25)
    sign_in(committee, "业委会")
    committee.goto(address)
    committee.get_by_role("button", name="结束收票").click()
    committee.get_by_role("button", name=re.compile("计票并公布")).click()
    expect(committee.get_by_role("status")).to_contain_text("任何人都可以复核")
    accessible(committee)

    anybody.goto(address)
    accessible(anybody)
    bundle = kept(anybody, "下载公开包", tmp_path / "bundle.json")
    anybody.get_by_role("link", name="在浏览器里核对").click()
    anybody.locator("#bundle").set_input_files(bundle)
    anybody.locator("#receipt").set_input_files(receipt)
    anybody.locator("form .go").click()
    expect(anybody.locator("#findings")).to_contain_text("没有改动，计入结果")
    expect(anybody.locator("#verdict")).to_have_text("核对完毕：成立")

    anybody.goto(address)
    certificate = paper(anybody, "certificate.zh")
    for told in ("结论：参与不足，未通过", "有效票1张：手机1张", root, _digest(bundle), f"{address}#checking"):
        assert told in certificate, told


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("javascript", [False, True])
def test_the_result_of_an_official_system_is_tried_and_entered_without_a_script_too(
    chromium: Browser, someone: Callable[[int], Page], later: Later, sign_in: SignIn, accessible: Check, javascript: bool,
    tmp_path: Path,
) -> None:  # fmt: skip
    later.set(days=0)
    committee = someone(1280)
    sign_in(committee, "业委会")
    address = prepare(committee, SYSTEM)
    later.set(days=18)
    context = chromium.new_context(base_url=later.address, locale="zh-CN", java_script_enabled=javascript)
    context.set_default_timeout(60_000)
    good, bad, mapping = (tmp_path / name for name in ("good.csv", "bad.csv", "map.yaml"))
    try:
        page = context.new_page()
        sign_in(page, "业委会")
        page.goto(f"{address}sheets/")
        number = page.locator(".sheet-code code").first.inner_text()
        good.write_text(f"票号,议题\n{number},同意\n", "utf-8")
        bad.write_text("票号,议题\nzzzz,同意\n", "utf-8")
        mapping.write_text(MAPPING, "utf-8")
        page.goto(address)
        page.get_by_role("link", name="导入官方系统的结果").click()
        seen(page, accessible, javascript=javascript)
        for file in (bad, good):
            page.locator("#result").set_input_files(file)
            page.locator("#map").set_input_files(mapping)
            page.get_by_role("button", name="试算，不写入").click()
            expect(page.get_by_role("heading", name="试算结果")).to_be_visible()
            expect(page.get_by_text("第 2 行：")).to_have_count(1 if file == bad else 0)
            expect(page.get_by_role("button", name="导入这份结果")).to_have_count(0 if file == bad else 1)
            seen(page, accessible, javascript=javascript)
        page.locator("#same-result").set_input_files(good)
        page.locator("#same-map").set_input_files(mapping)
        page.get_by_role("button", name="导入这份结果").click()
        expect(page.get_by_role("status")).to_contain_text("官方系统的结果已导入")
    finally:
        context.close()


def seen(page: Page, accessible: Check, *, javascript: bool) -> None:
    """The rules of accessibility are looked up by a script of its own."""
    for width in (1280, 360) if javascript else ():
        page.set_viewport_size({"width": width, "height": 780})
        accessible(page)
