"""Staff come in by a password and a second step; their seats are closed until both are passed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.policies import is_holder, may_open_sensitive
from linli.people.actions import appoint, end_post, forget
from linli.people.entrance.channels import FileChannel
from linli.people.entrance.limits import INVITATION_LASTS
from linli.people.entrance.staff_actions import accept_invitation, has_factor, invite, pass_by_code
from linli.people.middleware import LazyReader
from linli.people.models import Invitation, Person, SignIn
from linli.people.roles import ROLES, STAFF
from linli.record.models import Event
from tests.entering import PASSWORD, SECRET, app_code, by_password, by_phone, enrolled, is_in, link_in, wrong
from tests.pages import text_of
from tests.world import World, a_repair

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
AN, MIN, SHU, JING = "13800000011", "13800000009", "13800000008", "13800000014"


@pytest.fixture
def channel(settings: Settings, tmp_path: Path) -> FileChannel:
    into = FileChannel(tmp_path / "messages.jsonl")
    settings.DEMO, settings.SMS = False, into
    return into


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def client(world: World, channel: FileChannel) -> Client:
    return Client(headers={"accept-language": "zh-CN"})


def at_work(client: Client, world: World, key: str, phone: str) -> list[str]:
    """Signed in with password and app; returns the recovery codes."""
    codes = enrolled(world, key)
    by_password(client, phone)
    assert client.post("/sign-in/second-step/", {"code": app_code()}).status_code == 303
    return codes


def test_every_role_of_an_office_is_staff_and_no_residents_role_is() -> None:
    assert {name for name in ROLES if name not in STAFF} == {"resident", "unit_lead", "building_lead"}


def test_a_password_alone_opens_nothing(client: Client, world: World) -> None:
    enrolled(world, "an")
    answer = by_password(client, AN, on="/desk/")
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/second-step/")
    assert SESSION_KEY not in client.session
    assert client.get("/desk/").status_code == 302


def test_password_and_app_open_the_desk_and_lead_on(client: Client, world: World) -> None:
    a_repair(world, what="楼道灯不亮")
    enrolled(world, "an")
    by_password(client, "+86 138-0000-0011", on="/desk/")
    answer = client.post("/sign-in/second-step/", {"code": app_code()})
    assert answer["Location"] == "/desk/"
    assert "楼道灯不亮" in text_of(client.get("/desk/"))


def test_the_demonstration_asks_for_no_second_step(client: Client, world: World, settings: Settings) -> None:
    settings.DEMO = True
    client.post("/sign-in/", {"person": world.id_of("min")})
    assert client.get("/register/").status_code == 200


def test_staff_with_a_code_by_phone_are_residents_until_the_second_step(
    client: Client, world: World, channel: FileChannel
) -> None:
    a_repair(world, what="楼道灯不亮")
    appoint(world.people["an"], "resident", world.place("room_next"))
    enrolled(world, "an")
    by_phone(client, channel, AN)
    closed = client.get("/desk/")
    assert "楼道灯不亮" not in text_of(closed)
    assert "您现在以居民身份登录" in text_of(closed)
    assert "物业前台" in text_of(closed)
    assert client.get("/raise/repair/").status_code == 200
    key = client.cookies["sessionid"].value
    answer = client.post("/sign-in/second-step/", {"code": app_code(), "next": "/desk/"})
    assert answer["Location"] == "/desk/"
    assert client.cookies["sessionid"].value != key
    opened = text_of(client.get("/desk/"))
    assert "楼道灯不亮" in opened
    assert "您现在以居民身份登录" not in opened


def test_a_seat_that_is_not_open_moves_no_matter(client: Client, world: World, channel: FileChannel) -> None:
    matter = a_repair(world)
    enrolled(world, "an")
    by_phone(client, channel, AN)
    form = {"reply": "不归物业管", "_seen": str(matter.version)}
    assert client.post(f"/matters/{matter.number}/move/decline/", form).status_code in (403, 404)
    matter.refresh_from_db()
    assert matter.version == 1


def test_who_was_named_for_a_matter_by_their_office_acts_only_after_the_second_step(
    client: Client, world: World, channel: FileChannel
) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.holder is not None
    assert matter.holder.person_id == world.people["gong"].pk
    enrolled(world, "gong")
    by_phone(client, channel, "13800000012")
    gong = LazyReader(asked_by(client, world.people["gong"]))
    assert not is_holder(gong, matter)
    assert not may_open_sensitive(gong, matter)
    client.post("/sign-in/second-step/", {"code": app_code()})
    assert is_holder(LazyReader(asked_by(client, world.people["gong"])), matter)


def asked_by(client: Client, person: Person) -> HttpRequest:
    """A request of this browser, as the views get it."""
    request = RequestFactory().get("/")
    request.session, request.user = client.session, person
    return request


def test_the_second_step_of_somebody_without_one_is_refused_with_whom_to_ask(
    client: Client, world: World, channel: FileChannel
) -> None:
    by_phone(client, channel, AN)
    assert "还没有设置第二步验证" in text_of(client.get("/sign-in/second-step/"))
    assert client.post("/sign-in/second-step/", {"code": "123456"}).status_code == 422
    assert client.get("/account/second-step/").status_code == 403


def test_unknown_numbers_wrong_passwords_and_those_without_one_get_the_same_answer(
    client: Client, world: World
) -> None:
    enrolled(world, "an")
    said = set()
    for phone, password in ((AN, "不是这个密码不是"), (MIN, PASSWORD), ("13999999999", PASSWORD), ("abc", PASSWORD)):
        answer = by_password(client, phone, password=password)
        said.add((answer.status_code, text_of(answer).replace(phone, "")))
    assert len(said) == 1
    assert "手机号或密码不对" in said.pop()[1]


def test_five_wrong_passwords_lock_a_number_for_a_quarter_of_an_hour(client: Client, world: World) -> None:
    enrolled(world, "an")
    for _ in range(5):
        assert by_password(client, AN, password="不是这个密码不是").status_code == 422
    locked = by_password(client, AN)
    assert locked.status_code == 429
    assert "请 15 分钟后再试" in text_of(locked)
    unknown = Client(headers={"accept-language": "zh-CN"})
    for _ in range(5):
        by_password(unknown, "13999999999")
    assert text_of(by_password(unknown, "13999999999")) == text_of(locked)
    with clock.at(MORNING + timedelta(minutes=15)):
        assert by_password(client, AN).status_code == 303
    assert list(SignIn.objects.filter(person=world.people["an"], how="password").values_list("outcome", flat=True)) == [
        *["failed"] * 5,
        "locked",
    ]


def test_the_right_password_gives_the_tries_back(client: Client, world: World) -> None:
    enrolled(world, "an")
    for _ in range(3):
        for _ in range(4):
            by_password(client, AN, password="不是这个密码不是")
        assert by_password(client, AN).status_code == 303


def test_five_wrong_codes_lock_the_second_step(client: Client, world: World) -> None:
    enrolled(world, "an")
    by_password(client, AN)
    for _ in range(5):
        assert client.post("/sign-in/second-step/", {"code": wrong(app_code(steps=5))}).status_code == 422
    assert client.post("/sign-in/second-step/", {"code": app_code()}).status_code == 429
    assert SESSION_KEY not in client.session


def test_a_code_of_the_app_is_taken_once(client: Client, world: World) -> None:
    enrolled(world, "an")
    person, code = world.people["an"], app_code()
    assert pass_by_code(person, code) == "totp"
    for replayed in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}", f"{code}."):
        with pytest.raises(Refused):
            pass_by_code(person, replayed)


def test_a_recovery_code_is_taken_once_and_new_ones_end_the_old(client: Client, world: World) -> None:
    codes = at_work(client, world, "an", AN)
    person = world.people["an"]
    assert len(codes) == len(set(codes)) == 10
    assert pass_by_code(person, codes[0]) == "recovery_codes"
    with pytest.raises(Refused):
        pass_by_code(person, codes[0])
    page = client.post("/account/recovery-codes/")
    assert page["Cache-Control"] == "no-store"
    assert codes[1] not in page.content.decode().replace(" ", "")
    with pytest.raises(Refused):
        pass_by_code(person, codes[1])


def test_secrets_of_the_second_step_lie_sealed(client: Client, world: World) -> None:
    codes = enrolled(world, "an")
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert all(code not in kept for code in codes)


def test_staff_who_do_nothing_for_half_an_hour_are_signed_out(client: Client, world: World) -> None:
    at_work(client, world, "min", MIN)
    for minutes in (29, 58):
        with clock.at(MORNING + timedelta(minutes=minutes)):
            assert client.get("/register/").status_code == 200
    with clock.at(MORNING + timedelta(minutes=88)):
        assert client.get("/register/").status_code == 302
    assert SESSION_KEY not in client.session


def test_a_post_that_ends_closes_its_seat_in_the_middle_of_a_session(client: Client, world: World) -> None:
    at_work(client, world, "min", MIN)
    assert client.get("/register/").status_code == 200
    end_post(world.min.posts[0])
    assert client.get("/register/").status_code == 403


def test_a_post_given_in_the_middle_of_a_session_by_phone_opens_nothing_before_the_second_step(
    client: Client, world: World, channel: FileChannel
) -> None:
    by_phone(client, channel, "13800000018")
    appoint(world.people["stranger"], "community_desk", world.place("community"))
    assert client.get("/register/").status_code == 403


# -- invitations


def test_who_fills_a_post_invites_its_holder_with_a_link_shown_once(client: Client, world: World) -> None:
    at_work(client, world, "shu", SHU)
    post = world.min.posts[0]
    page = client.post(f"/posts/{post.pk}/invite/")
    link = link_in(page)
    assert page["Cache-Control"] == "no-store"
    assert "/invitation/" not in client.get("/posts/").content.decode()
    assert bytes(Invitation.objects.get(person=world.people["min"]).digest).hex() not in link
    event = Event.objects.get(verb="holder_invited")
    assert event.body == {"post": str(post.pk)}


def test_the_link_leads_by_the_phone_to_password_app_and_desk(
    client: Client, world: World, channel: FileChannel
) -> None:
    _, token = invite(world.people["min"], made_by=None)
    assert client.get(f"/invitation/{token}/")["Location"] == "/invitation/"
    away = client.get("/invitation/")["Location"]
    assert away.startswith("/sign-in/phone/?next=")
    back = by_phone(client, channel, MIN, on=f"/invitation/{token}/")["Location"]
    client.get(back)
    assert "闵洁，欢迎您" in text_of(client.get("/invitation/"))
    short = client.post("/invitation/", {"password": "12345", "again": "12345"})
    assert (short.status_code, "至少 10 个字符" in text_of(short)) == (422, True)
    answer = client.post("/invitation/", {"password": PASSWORD, "again": PASSWORD})
    assert answer["Location"] == "/account/second-step/"
    assert client.get("/register/").status_code == 403
    page = client.get("/account/second-step/").content.decode()
    key = page.split('secret-key">')[1].split("<")[0].replace(" ", "")
    assert "data:image/svg+xml" in page
    assert client.post("/account/second-step/", {"code": wrong(app_code(key, steps=5))}).status_code == 422
    codes = client.post("/account/second-step/", {"code": app_code(key)})
    assert "只显示这一次" in text_of(codes)
    assert client.get("/register/").status_code == 200


def test_a_link_in_other_hands_is_worth_nothing_without_the_phone(
    client: Client, world: World, channel: FileChannel
) -> None:
    _, token = invite(world.people["min"], made_by=None)
    by_phone(client, channel, AN)
    client.get(f"/invitation/{token}/")
    for answer in (client.get("/invitation/"), client.post("/invitation/", {"password": PASSWORD, "again": PASSWORD})):
        assert answer["Location"].startswith("/sign-in/phone/")
    assert not Person.objects.get(pk=world.people["min"].pk).has_usable_password()


def test_without_messages_the_link_alone_lets_the_first_staff_in(
    client: Client, world: World, settings: Settings
) -> None:
    settings.SMS = None
    _, token = invite(world.people["min"], made_by=None)
    client.get(f"/invitation/{token}/")
    assert client.post("/invitation/", {"password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_an_invitation_works_once_for_three_days_and_until_it_is_taken_back(world: World) -> None:
    person = world.people["min"]
    _, first = invite(person, made_by=None)
    _, second = invite(person, made_by=None)
    with pytest.raises(NotYours):
        accept_invitation(first, PASSWORD, PASSWORD)
    with clock.at(MORNING + INVITATION_LASTS), pytest.raises(NotYours):
        accept_invitation(second, PASSWORD, PASSWORD)
    with clock.at(MORNING + INVITATION_LASTS - timedelta(seconds=1)):
        accept_invitation(second, PASSWORD, PASSWORD)
    with pytest.raises(NotYours):
        accept_invitation(second, PASSWORD, PASSWORD)


def test_an_invitation_that_was_taken_back_opens_nothing(client: Client, world: World, channel: FileChannel) -> None:
    at_work(client, world, "shu", SHU)
    post = world.min.posts[0]
    link = link_in(client.post(f"/posts/{post.pk}/invite/"))
    client.post(f"/posts/{post.pk}/invite/take-back/")
    other = Client(headers={"accept-language": "zh-CN"})
    other.get(link)
    refused = other.get("/invitation/")
    assert refused.status_code == 403
    assert "已收回" in text_of(refused)


def test_only_who_fills_all_staff_posts_of_somebody_may_invite_them(client: Client, world: World) -> None:
    """Else the manager of the property company could make the community's own account theirs."""
    at_work(client, world, "jing", JING)
    own = world.an.posts[0]
    assert client.post(f"/posts/{own.pk}/invite/").status_code == 200
    both = appoint(world.people["shu"], "property_desk", world.place("estate"))
    assert client.post(f"/posts/{both.pk}/invite/").status_code == 403
    assert client.post(f"/posts/{world.min.posts[0].pk}/invite/").status_code == 403
    assert not Invitation.objects.filter(person__in=[world.people["shu"], world.people["min"]]).exists()


def test_residents_posts_need_no_invitation(client: Client, world: World) -> None:
    at_work(client, world, "shu", SHU)
    post = next(post for post in world.dan.posts if post.role == "unit_lead")
    assert client.post(f"/posts/{post.pk}/invite/").status_code == 422


def test_a_new_invitation_ends_old_sessions_and_second_steps(client: Client, world: World) -> None:
    at_work(client, world, "min", MIN)
    _, token = invite(world.people["min"], made_by=None)
    assert client.get("/register/").status_code == 200
    accept_invitation(token, f"{PASSWORD}！", f"{PASSWORD}！")
    assert client.get("/register/").status_code == 302
    assert not has_factor(world.people["min"])


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("青榆家园的灯", "青榆家园的灯", "at least 10"),
        ("12345678901234", "12345678901234", "too common"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "too common"),
        ("password123", "password123", "too common"),
        (PASSWORD, PASSWORD + "。", "not the same"),
    ],
)
def test_a_weak_password_is_refused_and_the_invitation_stays_good(
    world: World, password: str, again: str, sentence: str
) -> None:
    _, token = invite(world.people["min"], made_by=None)
    with pytest.raises(Refused, match=sentence):
        accept_invitation(token, password, again)
    assert accept_invitation(token, PASSWORD, PASSWORD)


def test_the_last_second_step_cannot_be_removed(client: Client, world: World) -> None:
    at_work(client, world, "min", MIN)
    only = Authenticator.objects.get(user=world.people["min"], type="totp")
    refused = client.post(f"/account/second-step/{only.pk}/remove/")
    assert refused.status_code == 422
    assert "最后一种" in text_of(refused)


def test_nobody_removes_or_sees_the_second_step_of_another(client: Client, world: World) -> None:
    enrolled(world, "an")
    theirs = Authenticator.objects.get(user=world.people["an"], type="totp")
    at_work(client, world, "min", MIN)
    client.post(f"/account/second-step/{theirs.pk}/remove/")
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_a_password_is_hashed_with_argon2(world: World) -> None:
    enrolled(world, "an")
    assert Person.objects.get(pk=world.people["an"].pk).password.startswith("argon2")


def test_who_is_forgotten_has_no_way_in(client: Client, world: World) -> None:
    at_work(client, world, "min", MIN)
    forget(world.people["min"])
    assert client.get("/register/").status_code == 302
    assert not Authenticator.objects.filter(user=world.people["min"]).exists()
    assert by_password(Client(), MIN).status_code == 422


def test_the_command_lets_the_first_person_in(
    world: World, client: Client, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS = None
    place = world.place("community").path
    call_command(
        "staff", "invite", "--name", "首位同志", "--phone", "139 1111 3333", "--role", "community",
        "--place", place, "--district", "here",
    )  # fmt: skip
    link = capsys.readouterr().out.strip().splitlines()[-1]
    path = link[link.index("/invitation/") :]
    client.get(path)
    client.post("/invitation/", {"password": PASSWORD, "again": PASSWORD})
    person = Person.objects.get(name="首位同志")
    assert is_in(client, person)
    with pytest.raises(SystemExit):
        call_command("staff", "invite", "--name", "别人", "--phone", "13911113333", "--role", "community", "--place", place,
                     "--district", "here")  # fmt: skip
    assert "另一个姓名" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address",
    [
        "login",
        "signup",
        "logout",
        "password/reset",
        "email",
        "confirm-email/x",
        "2fa",
        "social/connections",
        "reauthenticate",
    ],
)
def test_the_library_has_no_address_of_its_own_here(client: Client, address: str) -> None:
    for before in ("/accounts/", "/account/", "/"):
        assert client.get(f"{before}{address}/").status_code == 404


def test_a_session_that_holds_only_a_password_does_not_last(client: Client, world: World) -> None:
    enrolled(world, "an")
    by_password(client, AN)
    with clock.at(MORNING + timedelta(minutes=10)):
        answer = client.post("/sign-in/second-step/", {"code": app_code()})
    assert answer["Location"] == "/sign-in/staff/"
    assert SESSION_KEY not in client.session


def test_the_answer_to_an_unknown_number_takes_as_long_as_to_a_known_one(client: Client, world: World) -> None:
    """A hash is worked out for both; without it the unknown one would answer in a tenth of the time."""
    enrolled(world, "an")

    def spent(phone: str) -> float:
        start = time.process_time()
        by_password(client, phone, password="不是这个密码不是")
        return time.process_time() - start

    spent(AN)
    known, unknown = min(spent(AN) for _ in range(3)), min(spent("13999999999") for _ in range(3))
    assert unknown > known / 3
