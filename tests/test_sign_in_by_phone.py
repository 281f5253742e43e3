"""Residents come in by a number and a code."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from linli.lib import clock
from linli.lib.phones import mobile
from linli.lib.refusals import Refused
from linli.people.actions import forget, phone_of
from linli.people.entrance.channels import FileChannel
from linli.people.entrance.code_actions import ask_code, enter_code
from linli.people.entrance.limits import CODE_LASTS, CODE_TRIES
from linli.people.models import Attempt, Person, SignIn, SignInCode
from tests.entering import by_phone, is_in, last_code, sent, wrong
from tests.pages import text_of
from tests.world import World

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
MEI, NEW = "13800000001", "13911112222"


@pytest.fixture
def channel(settings: Settings, tmp_path: Path) -> FileChannel:
    """In earnest, with messages going into a file."""
    into = FileChannel(tmp_path / "messages.jsonl")
    settings.DEMO, settings.SMS = False, into
    return into


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def client(world: World) -> Client:
    return Client(headers={"accept-language": "zh-CN"})


def test_a_known_number_is_let_in_by_its_code_and_led_on(client: Client, world: World, channel: FileChannel) -> None:
    asked = client.post("/sign-in/phone/", {"phone": MEI, "next": "/mine/"})
    assert (asked.status_code, asked["Location"]) == (303, "/sign-in/code/")
    page = text_of(client.get("/sign-in/code/"))
    assert "138****0001" in page
    assert MEI not in page
    answer = client.post("/sign-in/code/", {"code": f" {last_code(channel)[:3]} {last_code(channel)[3:]} "})
    assert (answer.status_code, answer["Location"]) == (303, "/mine/")
    assert is_in(client, world.people["mei"])


@pytest.mark.parametrize(
    "written", ["138 0000 0001", "138-0000-0001", "+86 13800000001", "008613800000001", "１３８０００００００１"]
)
def test_a_number_is_the_same_however_it_is_written(
    client: Client, world: World, channel: FileChannel, written: str
) -> None:
    by_phone(client, channel, written)
    assert is_in(client, world.people["mei"])


@pytest.mark.parametrize("text", ["", "110", "0471-1234567", "23800000001", "138000000012", "一三八"])
def test_what_is_no_mobile_number_gets_no_code(client: Client, channel: FileChannel, text: str) -> None:
    assert mobile(text) == ""
    answer = client.post("/sign-in/phone/", {"phone": text})
    assert answer.status_code == 422
    assert "请填写 11 位手机号" in text_of(answer)
    assert f'value="{text}"' in answer.content.decode()
    assert sent(channel.path) == []


def test_nobody_learns_from_the_pages_whether_a_number_is_known(world: World, channel: FileChannel) -> None:
    said = []
    for phone in (MEI, NEW):
        client = Client(headers={"accept-language": "zh-CN"})
        asked = client.post("/sign-in/phone/", {"phone": phone})
        masked = f"{phone[:3]}****{phone[-4:]}"
        page = text_of(client.get("/sign-in/code/")).replace(masked, "…")
        refused = client.post("/sign-in/code/", {"code": wrong(last_code(channel))})
        words = text_of(refused).replace(masked, "…")
        said.append((asked.status_code, asked["Location"], page, refused.status_code, words))
    assert said[0] == said[1]


def test_somebody_new_is_asked_for_a_name_once_and_is_nobody_verified(
    client: Client, world: World, channel: FileChannel
) -> None:
    answer = by_phone(client, channel, NEW, on="/overdue/")
    assert answer["Location"] == "/sign-in/name/"
    assert SESSION_KEY not in client.session
    assert client.post("/sign-in/name/", {"name": " "}).status_code == 422
    assert client.post("/sign-in/name/", {"name": "=1+1"}).status_code == 422
    assert client.post("/sign-in/name/", {"name": "牛小北"})["Location"] == "/overdue/"
    person = Person.objects.get(name="牛小北")
    assert phone_of(person) == NEW
    assert is_in(client, person)
    home = text_of(client.get("/"))
    assert "您住在哪里还没有核实" in home
    assert client.get("/raise/repair/").status_code in (200, 403)
    refused = client.post("/raise/repair/", {"_place": world.id_of("mei")})
    assert refused.status_code in (403, 422)
    again = Client()
    with clock.at(MORNING + timedelta(minutes=5)):
        assert by_phone(again, channel, NEW)["Location"] == "/"
        assert is_in(again, person)


def test_nobody_gets_to_the_name_without_a_code(client: Client, channel: FileChannel) -> None:
    assert client.get("/sign-in/name/")["Location"] == "/sign-in/phone/"
    client.post("/sign-in/phone/", {"phone": NEW})
    assert client.post("/sign-in/name/", {"name": "牛小北"})["Location"] == "/sign-in/phone/"
    assert not Person.objects.filter(name="牛小北").exists()


def test_a_code_is_taken_once(client: Client, world: World, channel: FileChannel) -> None:
    code = ask_code(MEI, address="1.1.1.1", language="zh-hans")
    enter_code(code, last_code(channel))
    with pytest.raises(Refused, match="expired or was used"):
        enter_code(code, last_code(channel))


def test_a_code_lasts_ten_minutes(client: Client, world: World, channel: FileChannel) -> None:
    code = ask_code(MEI, address="1.1.1.1", language="zh-hans")
    with clock.at(MORNING + CODE_LASTS), pytest.raises(Refused, match="expired"):
        enter_code(code, last_code(channel))
    with clock.at(MORNING + CODE_LASTS - timedelta(seconds=1)):
        assert enter_code(code, last_code(channel))


def test_a_code_that_is_over_is_over_in_the_pages_too(client: Client, channel: FileChannel) -> None:
    client.post("/sign-in/phone/", {"phone": MEI})
    with clock.at(MORNING + CODE_LASTS):
        assert client.post("/sign-in/code/", {"code": last_code(channel)})["Location"] == "/sign-in/phone/"
    assert SESSION_KEY not in client.session


def test_five_wrong_tries_end_a_code_even_for_the_right_one(client: Client, channel: FileChannel) -> None:
    client.post("/sign-in/phone/", {"phone": MEI})
    for left in range(CODE_TRIES - 1, 0, -1):
        assert f"还可以试 {left} 次" in text_of(client.post("/sign-in/code/", {"code": wrong(last_code(channel))}))
    assert "已过期或已用过" in text_of(client.post("/sign-in/code/", {"code": wrong(last_code(channel))}))
    assert client.post("/sign-in/code/", {"code": last_code(channel)}).status_code == 422
    assert SESSION_KEY not in client.session


def test_ten_wrong_tries_in_an_hour_lock_a_number_whichever_code_it_is(client: Client, channel: FileChannel) -> None:
    for minutes in (0, 2):
        with clock.at(MORNING + timedelta(minutes=minutes)):
            client.post("/sign-in/phone/", {"phone": MEI})
            for _ in range(CODE_TRIES):
                client.post("/sign-in/code/", {"code": wrong(last_code(channel))})
    with clock.at(MORNING + timedelta(minutes=4)):
        client.post("/sign-in/phone/", {"phone": MEI})
        locked = client.post("/sign-in/code/", {"code": last_code(channel)})
        assert locked.status_code == 429
        assert "已暂时锁定" in text_of(locked)
    with clock.at(MORNING + timedelta(minutes=63)):
        client.post("/sign-in/phone/", {"phone": MEI})
        assert client.post("/sign-in/code/", {"code": last_code(channel)}).status_code == 303


def test_a_new_code_ends_the_one_before(channel: FileChannel, world: World) -> None:
    first = ask_code(MEI, address="1.1.1.1", language="zh-hans")
    code = last_code(channel)
    with clock.at(MORNING + timedelta(minutes=2)):
        ask_code(MEI, address="1.1.1.1", language="zh-hans")
        with pytest.raises(Refused):
            enter_code(first, code)


def test_a_code_opens_nothing_in_another_browser(channel: FileChannel, world: World) -> None:
    mine, theirs = Client(), Client()
    mine.post("/sign-in/phone/", {"phone": MEI})
    assert theirs.post("/sign-in/code/", {"code": last_code(channel)})["Location"] == "/sign-in/phone/"
    assert SESSION_KEY not in theirs.session


def test_one_number_gets_a_code_a_minute_and_five_an_hour(client: Client, channel: FileChannel) -> None:
    assert client.post("/sign-in/phone/", {"phone": MEI}).status_code == 303
    soon = client.post("/sign-in/phone/", {"phone": "+86 138 0000 0001"})
    assert soon.status_code == 429
    assert "请 1 分钟后再试" in text_of(soon)
    for minutes in (2, 4, 6, 8):
        with clock.at(MORNING + timedelta(minutes=minutes)):
            assert client.post("/sign-in/phone/", {"phone": MEI}).status_code == 303
    with clock.at(MORNING + timedelta(minutes=20)):
        assert "请 40 分钟后再试" in text_of(client.post("/sign-in/phone/", {"phone": MEI}))
    assert len(sent(channel.path)) == 5


def test_one_address_asks_for_thirty_codes_an_hour(channel: FileChannel, world: World, settings: Settings) -> None:
    settings.PROXIES = 1
    for number in range(30):
        ask = Client(headers={"x-forwarded-for": f"9.9.9.{number}, 7.7.7.7"})
        assert ask.post("/sign-in/phone/", {"phone": f"139{number:08}"}).status_code == 303
    late = Client(headers={"x-forwarded-for": "1.2.3.4, 7.7.7.7"})
    assert late.post("/sign-in/phone/", {"phone": MEI}).status_code == 429
    elsewhere = Client(headers={"x-forwarded-for": "7.7.7.7, 8.8.8.8"})
    assert elsewhere.post("/sign-in/phone/", {"phone": MEI}).status_code == 303


def test_who_claims_another_address_without_a_proxy_of_ours_is_not_believed(channel: FileChannel, world: World) -> None:
    for number in range(30):
        Client(headers={"x-forwarded-for": f"9.9.9.{number}"}).post("/sign-in/phone/", {"phone": f"139{number:08}"})
    assert Client(headers={"x-forwarded-for": "5.5.5.5"}).post("/sign-in/phone/", {"phone": MEI}).status_code == 429


def test_neither_number_nor_code_is_kept_in_the_clear(
    client: Client, channel: FileChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/sign-in/phone/", {"phone": MEI})
    code = last_code(channel)
    row = SignInCode.objects.get()
    kept = b"".join(bytes(value) for value in (row.phone_sealed, row.phone_digest, row.digest))
    kept += str(client.session.items()).encode() + str(list(Attempt.objects.values_list())).encode()
    client.post("/sign-in/code/", {"code": wrong(code)})
    assert MEI.encode() not in kept
    assert code.encode() not in kept
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert MEI not in said
    assert code not in said


def test_signing_in_changes_the_key_of_the_session_and_forgets_what_it_held(
    client: Client, world: World, channel: FileChannel
) -> None:
    client.post("/sign-in/phone/", {"phone": MEI})
    planted = client.cookies["sessionid"].value
    client.post("/sign-in/code/", {"code": last_code(channel)})
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    theirs = Client()
    theirs.cookies["sessionid"] = planted
    assert theirs.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(
    client: Client, world: World, channel: FileChannel, elsewhere: str
) -> None:
    assert by_phone(client, channel, MEI, on=elsewhere)["Location"] == "/"


def test_a_form_of_another_site_asks_for_no_code(world: World, channel: FileChannel) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/phone/", {"phone": MEI}).status_code == 403
    assert sent(channel.path) == []


def test_without_a_channel_the_page_says_whom_to_ask(client: Client, settings: Settings) -> None:
    settings.DEMO, settings.SMS = False, None
    page = client.get("/sign-in/phone/")
    assert "登录由社区开通" in text_of(page)
    assert 'href="/grids/"' in page.content.decode()
    assert client.post("/sign-in/phone/", {"phone": MEI}).status_code == 403


def test_where_the_code_is_written_is_told_in_the_demonstration_alone(
    client: Client, channel: FileChannel, settings: Settings
) -> None:
    assert str(channel.path) not in text_of(client.get("/sign-in/phone/"))
    settings.DEMO = True
    assert str(channel.path) in text_of(client.get("/sign-in/phone/"))


def test_a_session_that_was_not_used_for_a_month_is_over(client: Client, world: World, channel: FileChannel) -> None:
    by_phone(client, channel, MEI)
    with clock.at(MORNING + timedelta(days=29)):
        assert client.get("/mine/").status_code == 200
    with clock.at(MORNING + timedelta(days=58)):
        assert client.get("/mine/").status_code == 200
    with clock.at(MORNING + timedelta(days=89)):
        assert client.get("/mine/").status_code == 302
    assert SESSION_KEY not in client.session


def test_a_session_of_the_demonstration_ends_with_it(client: Client, world: World, settings: Settings) -> None:
    client.post("/sign-in/", {"person": world.id_of("min")})
    assert client.get("/register/").status_code == 200
    settings.DEMO = False
    assert client.get("/register/").status_code == 302
    assert SESSION_KEY not in client.session


def test_signing_out_everywhere_ends_the_other_browser_too(world: World, channel: FileChannel) -> None:
    phone, desk = Client(), Client()
    by_phone(phone, channel, MEI)
    with clock.at(MORNING + timedelta(minutes=2)):
        by_phone(desk, channel, MEI)
        assert desk.get("/mine/").status_code == 200
        phone.post("/sign-out/everywhere/")
        assert desk.get("/mine/").status_code == 302
        assert phone.get("/mine/").status_code == 302


def test_coming_in_and_failing_is_written_down_without_number_or_address(
    client: Client, world: World, channel: FileChannel
) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/125.0 Mobile Safari/537.36"}
    client.post("/sign-in/phone/", {"phone": MEI}, headers=agent)
    client.post("/sign-in/code/", {"code": wrong(last_code(channel))}, headers=agent)
    client.post("/sign-in/code/", {"code": last_code(channel)}, headers=agent)
    rows = [(one.person_id, one.how, one.outcome, one.device) for one in SignIn.objects.order_by("at", "pk")]
    assert rows == [(None, "code", "failed", ""), (world.people["mei"].pk, "code", "in", "Chrome · Android")]
    assert "登录成功 · 短信验证码 · Chrome · Android" in text_of(client.get("/account/"))


def test_who_is_forgotten_is_signed_out_and_leaves_no_trace_of_signing_in(
    client: Client, world: World, channel: FileChannel
) -> None:
    by_phone(client, channel, MEI)
    forget(world.people["mei"])
    assert client.get("/mine/").status_code == 302
    assert not SignIn.objects.filter(person=world.people["mei"]).exists()
    assert not SignInCode.objects.exists()


def test_old_codes_and_tries_are_cleared_when_the_next_is_sent(channel: FileChannel, world: World) -> None:
    ask_code(MEI, address="1.1.1.1", language="zh-hans")
    with clock.at(MORNING + timedelta(days=2)):
        kept = ask_code(NEW, address="1.1.1.1", language="zh-hans")
    assert list(SignInCode.objects.values_list("pk", flat=True)) == [kept]
    assert Attempt.objects.filter(at=MORNING).count() == 0


def test_the_account_shows_the_number_masked_and_lets_the_unverified_correct_their_name(
    client: Client, world: World, channel: FileChannel
) -> None:
    by_phone(client, channel, "13800000018")
    page = client.get("/account/")
    assert "138****0018" in text_of(page)
    assert "13800000018" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert client.post("/account/name/", {"name": "陆仁"}).status_code == 303
    assert "陆仁" in text_of(client.get("/account/"))
    verified = Client()
    by_phone(verified, channel, MEI)
    assert verified.post("/account/name/", {"name": "别人"}).status_code == 403
    assert Person.objects.get(pk=world.people["mei"].pk).name == "王小梅"
