"""Coming in as it looks and feels: a server in earnest, beside the demonstration's own, with messages going into a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LINLI, PATIENCE, ROOT, Visitor, free_port, open_menu, wait_for
from tests.entering import app_code, sent

Accessible = Callable[[Page], None]
OPENED = Callable[..., Page]
PASSWORD = "青榆家园的灯一直亮着"


class Earnest:
    """The neighbourhood of the demonstration, served without it."""

    def __init__(self, home: Path, address: str, environment: dict[str, str]) -> None:
        self.home, self.address, self.environment = home, address, environment

    def code(self, phone: str) -> str:
        return next(one["code"] for one in reversed(sent(self.home / "messages.jsonl")) if one["phone"] == phone)

    def invite(self, name: str, phone: str, role: str, place: str) -> str:
        """The path of the link that the command prints."""
        command = [*LINLI, "staff", "invite", "--name", name, "--phone", phone, "--role", role, "--place", place]
        told = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return told.stdout[told.stdout.index("/invitation/") :].split()[0]


@pytest.fixture(scope="module")
def earnest() -> Iterator[Earnest]:
    home = Path(tempfile.mkdtemp(prefix="linli-earnest-"))
    home.chmod(0o711)  # as root the database runs as nobody and must reach its folder
    (home / "static").mkdir()
    (home / "static").chmod(0o711)
    port = free_port()
    environment = {**os.environ, "LINLI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    environment.pop("DATABASE_URL", None)
    environment |= {"LINLI_DEMO": "no", "LINLI_SMS": "file"}
    subprocess.run([*LINLI, "demo", "--quiet"], cwd=ROOT, env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", "gunicorn", "linli.config.wsgi:application", "-b", f"127.0.0.1:{port}"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, "--threads", "4"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        # A passkey belongs to a name: browsers take none for a bare address.
        wait_for(f"http://127.0.0.1:{port}/healthz", server, home / "server.log")
        yield Earnest(home, f"http://localhost:{port}", environment)
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def opened(chromium: Browser, earnest: Earnest) -> Iterator[OPENED]:
    contexts = []

    def page(*, width: int = 360, language: str = "zh-CN", javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=earnest.address,
            locale=language,
            viewport={"width": width, "height": 780},
            java_script_enabled=javascript,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()


def by_phone(page: Page, earnest: Earnest, phone: str) -> None:
    page.goto("/sign-in/phone/")
    page.locator("#phone").fill(phone)
    page.locator("main form .primary").click()
    page.locator("#code").fill(earnest.code(re.sub(r"\D", "", phone)[-11:]))
    page.locator("main form .primary").click()


def test_a_resident_comes_in_says_where_they_live_and_is_told_who_looks_at_it(
    opened: OPENED, earnest: Earnest, accessible: Accessible
) -> None:
    """Without JavaScript, which none of this needs; the pages are looked at with it."""
    page = opened(javascript=False)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="登录").click()
    page.get_by_label("手机号").fill("+86 139-1111-2222")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_role("main")).to_contain_text("139****2222")
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("还可以试 4 次")
    page.get_by_label("验证码").fill(earnest.code("13911112222"))
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.get_by_label("姓名").fill("测试新住户")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("测试新住户")
    page.get_by_role("link", name="填写住处").click()
    page.get_by_label("楼栋、单元和房号").fill("1-1-101")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("我住在这里").check()
    page.get_by_role("button", name="请社区核实").click()
    expect(page.get_by_role("main")).to_contain_text("核实中")
    expect(page.get_by_role("main")).to_contain_text("青榆社区的社区综合窗口或网格员")


def test_staff_follow_an_invitation_and_come_back_with_password_and_app(
    opened: OPENED, earnest: Earnest, accessible: Accessible
) -> None:
    link = earnest.invite("测试窗口", "13911110001", "community_desk", "huhehaote.saihan.qingyu.qingyu")
    page = opened(width=1280)
    page.goto(link)
    page.locator("#phone").fill("13911110001")
    page.get_by_role("button", name="发送验证码").click()
    page.locator("#code").fill(earnest.code("13911110001"))
    page.locator("main form .primary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("测试窗口，欢迎您")
    accessible(page)
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    accessible(page)
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    page.locator("#code").fill(app_code(secret))
    page.get_by_role("button", name="绑定验证器").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    accessible(page)
    page.get_by_role("link", name="我已经存好了").click()
    open_menu(page)
    page.get_by_role("button", name="退出").click()

    page.goto("/sign-in/staff/?next=/claims/")
    page.locator("#phone").fill("13911110001")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第二步验证")
    accessible(page)
    page.locator("#code").fill(app_code(secret, steps=1))
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待核实的住户")
    page.goto("/account/")
    expect(page.get_by_role("main")).to_contain_text("通过第二步验证 · 验证器")
    accessible(page)


def test_a_passkey_is_set_up_and_opens_the_desk_from_the_next_browser_session(
    opened: OPENED, earnest: Earnest, accessible: Accessible
) -> None:
    """By Chromium's virtual authenticator; under the strict policy of the pages, which a violation would break."""
    link = earnest.invite("测试街道", "13911110002", "street", "huhehaote.saihan.qingyu")
    page = opened(width=360)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    page.goto(link)
    page.locator("#phone").fill("13911110002")
    page.get_by_role("button", name="发送验证码").click()
    page.locator("#code").fill(earnest.code("13911110002"))
    page.locator("main form .primary").click()
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("给它起个名字").fill("我的手机")
    page.get_by_role("button", name="设置通行密钥").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    page.goto("/account/")
    expect(page.get_by_role("main")).to_contain_text("通行密钥 · 我的手机")
    open_menu(page)
    page.get_by_role("button", name="退出", exact=True).click()

    page.goto("/sign-in/staff/")
    page.locator("#phone").fill("13911110002")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    accessible(page)
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("测试街道")
    page.goto("/account/")
    expect(page.get_by_role("main")).to_contain_text("通过第二步验证 · 通行密钥")
    assert complaints == []


def test_a_device_that_declines_is_answered_with_a_sentence(opened: OPENED, earnest: Earnest) -> None:
    link = earnest.invite("测试物业", "13911110003", "property_desk", "huhehaote.saihan.qingyu.qingyu.qyjy")
    page = opened()
    by_phone(page, earnest, "13911110003")
    page.goto(link)
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    page.get_by_role("button", name="设置通行密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("设备没有确认")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_pages_of_signing_in_are_accessible_and_fit_the_screen(
    opened: OPENED, earnest: Earnest, accessible: Accessible, language: str, width: int
) -> None:
    page = opened(language=language, width=width)
    for path in ("/sign-in/", "/sign-in/staff/"):
        page.goto(path)
        accessible(page)
    phone = f"1391112{width:04}" if language == "zh-CN" else f"1391113{width:04}"
    page.goto("/sign-in/phone/")
    page.locator("#phone").fill("12")
    page.locator("main form .primary").click()
    accessible(page)
    page.locator("#phone").fill(phone)
    page.locator("main form .primary").click()
    accessible(page)
    page.locator("#code").fill(earnest.code(phone))
    page.locator("main form .primary").click()
    accessible(page)
    page.locator("#name").fill("测试访客")
    page.locator("main form .primary").click()
    for path in ("/", "/account/", "/belonging/?q=1-1-101"):
        page.goto(path)
        accessible(page)


def test_the_demonstration_tells_where_its_codes_are(visitor: Visitor, accessible: Accessible) -> None:
    page = visitor()
    page.goto("/sign-in/")
    page.get_by_role("link", name="试试手机号登录").click()
    expect(page.get_by_role("main")).to_contain_text("messages.jsonl")
    accessible(page)


def test_the_community_answers_who_waits_to_be_verified(
    visitor: Visitor, sign_in: Callable[[Page, str], str], accessible: Accessible
) -> None:
    """A resident of the demonstration asks for a second room; the desk answers, and the resident reads it."""
    resident = visitor(width=1280)
    name = sign_in(resident, "居民|室")
    resident.goto("/belonging/?q=11-1-901")
    resident.get_by_label("我住在这里").check()
    resident.locator("input[name=room]").first.check()
    resident.get_by_role("button", name="请社区核实").click()
    desk = visitor(width=1280)
    sign_in(desk, "社区综合窗口")
    desk.get_by_role("link", name="等待核实").click()
    accessible(desk)
    panel = desk.locator("section.panel").filter(has_text=f"{name[0]}*").first
    panel.get_by_text("无法核实").click()
    panel.get_by_label("原因（本人会看到）").fill("请带房产证到社区窗口来")
    panel.get_by_role("button", name="不予核实").click()
    resident.reload()
    expect(resident.get_by_role("main")).to_contain_text("请带房产证到社区窗口来")
    accessible(resident)
