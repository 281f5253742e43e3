from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from linli.config.middleware import RefusalMiddleware
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.times import countdown_to, moment_said
from linli.people.actions import forget
from linli.people.models import Person
from linli.portal.typed import typed_in
from tests.world import World, a_repair

ROOT = Path(__file__).parents[1]
BACKEND = "linli.people.signin.PersonBackend"
PROMISE = "件件有人管、事事有期限、声声有回音"
WORDS = "厨房漏水,水已经流到楼下\n请尽快来人"


@pytest.fixture
def client(world: World) -> Client:
    return Client(headers={"accept-language": "zh-CN"})


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend=BACKEND)
    return client


class Answer(Protocol):
    content: bytes


def text_of(response: Answer) -> str:
    return unescape(response.content.decode())


# -- what everybody sees


def test_the_home_page_says_what_this_is_and_offers_a_way_in(client: Client) -> None:
    page = text_of(client.get("/"))
    assert PROMISE in page
    for address in ("/sign-in/", "/overdue/", "/playbooks/", "/raise/"):
        assert f'href="{address}"' in page


def test_pages_for_nobody_in_particular_ask_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")  # which neighbourhood lives here is known for half a minute
    with django_assert_num_queries(0):
        client.get("/")


def test_an_english_browser_reads_english_and_the_choice_is_kept(world: World) -> None:
    client = Client(headers={"accept-language": "en-GB"})
    assert '<html lang="en"' in text_of(client.get("/"))
    client.post("/language/", {"language": "zh-hans", "next": "/playbooks/"})
    assert '<html lang="zh-Hans"' in text_of(client.get("/"))


def test_the_english_pages_speak_no_chinese(world: World) -> None:
    client = Client(headers={"accept-language": "en-GB"})
    for path in ("/", "/playbooks/", "/overdue/", "/nothing/"):
        # The other language's button and the names of laws say for themselves that they are Chinese.
        page = re.sub(r'<(button|span)[^>]*lang="zh-Hans">[^<]*</\1>', "", text_of(client.get(path)))
        assert not re.search(r"[\u3400-\u9fff]", page), path


def test_what_a_person_chose_is_known_on_every_device(client: Client, world: World) -> None:
    signed_in(client, world.people["mei"])
    client.post("/language/", {"language": "en"})
    client.post("/type/")
    person = Person.objects.get(pk=world.people["mei"].pk)
    assert (person.language, person.large_type) == ("en", True)
    another = Client(headers={"accept-language": "zh-CN"})
    another.post("/sign-in/", {"person": str(person.pk)})
    page = text_of(another.get("/"))
    assert '<html lang="en" data-type="large">' in page


def test_a_language_that_there_is_not_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "../../etc"}).status_code == 400


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_a_form_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    for address, data in (("/language/", {"language": "en"}), ("/type/", {})):
        assert client.post(address, {**data, "next": elsewhere})["Location"] == "/"


def test_what_changes_something_is_not_done_by_following_a_link(client: Client) -> None:
    for address in ("/language/", "/type/", "/sign-out/"):
        assert client.get(address).status_code == 405


def test_robots_are_kept_from_what_belongs_to_somebody(client: Client) -> None:
    page = text_of(client.get("/robots.txt"))
    assert "Disallow: /matters/" in page
    assert "Disallow: /desk/" in page


# -- signing in


def test_the_demonstration_offers_people_by_their_duty(client: Client) -> None:
    page = text_of(client.get("/sign-in/"))
    for word in ("居民", "单元长、楼栋长", "物业公司", "业委会", "社区", "街道", "职能部门", "安琪", "物业前台"):
        assert word in page


def test_choosing_a_person_signs_in_with_a_new_session(client: Client, world: World) -> None:
    signed_in(client, world.people["bo"])
    before = client.cookies["sessionid"].value
    response = client.post("/sign-in/", {"person": world.id_of("mei"), "next": "/playbooks/"})
    assert response["Location"] == "/playbooks/"
    assert client.session[SESSION_KEY] == world.id_of("mei")
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("person", ["", "nobody", "018f3a5e-7c1b-7d2a-9a35-6f0c2b1d4e77"])
def test_somebody_who_is_not_on_the_list_cannot_be_chosen(client: Client, person: str) -> None:
    response = client.post("/sign-in/", {"person": person})
    assert response.status_code == 422
    assert "不在名单上" in text_of(response)
    assert SESSION_KEY not in client.session


def test_a_person_who_was_shredded_cannot_be_chosen(client: Client, world: World) -> None:
    forget(world.people["mei"])
    assert client.post("/sign-in/", {"person": world.id_of("mei")}).status_code == 422
    assert world.id_of("mei") not in text_of(client.get("/sign-in/"))


def test_outside_the_demonstration_nobody_gets_in_by_choosing(client: Client, world: World, settings: Settings) -> None:
    settings.DEMO, settings.SMS = False, None
    page = text_of(client.get("/sign-in/"))
    assert "登录由社区开通" in page
    assert world.id_of("mei") not in page
    assert client.post("/sign-in/", {"person": world.id_of("mei")}).status_code == 403
    assert SESSION_KEY not in client.session


def test_signing_out_ends_the_session(client: Client, world: World) -> None:
    signed_in(client, world.people["mei"])
    client.post("/sign-out/")
    assert SESSION_KEY not in client.session


# -- home of somebody


def test_home_shows_what_waits_and_what_was_reported(client: Client, world: World) -> None:
    matter = a_repair(world, what="楼道灯不亮")
    resident = text_of(signed_in(client, world.people["mei"]).get("/"))
    assert "现在没有等您办的事" in resident
    assert "楼道灯不亮" in resident
    staff = text_of(signed_in(client, world.people["an"]).get("/"))
    assert f'href="/matters/{matter.number}/"' in staff
    assert "楼道灯不亮" in staff
    assert '<span class="count">1</span>' in staff


def test_home_offers_what_a_person_may_report(client: Client, world: World) -> None:
    assert 'href="/raise/repair/"' in text_of(signed_in(client, world.people["mei"]).get("/"))
    nobody = text_of(signed_in(client, world.people["stranger"]).get("/"))
    assert "/raise/repair/" not in nobody
    assert "目前在这里没有岗位" in nobody


def test_home_costs_the_same_however_much_waits(client: Client, world: World) -> None:
    signed_in(client, world.people["an"])
    spent = []
    for more in (1, 8):
        for _ in range(more):
            a_repair(world)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 10


# -- how things are run


def test_the_gallery_shows_every_method_in_use(client: Client, world: World) -> None:
    a_repair(world)
    page = text_of(client.get("/playbooks/"))
    for name in ("repair", "enquiry", "suggestion", "order", "patrol", "joint_enforcement", "called_unit"):
        assert f'href="/playbooks/{name}/"' in page


def test_a_method_is_spelled_out(client: Client) -> None:
    page = text_of(client.get("/playbooks/repair/"))
    for words in ("物业前台（小区）", "30分钟", "24小时（紧急2小时）", "社区党委", "playbook: repair", "P14"):
        assert words in page
    assert page.count("<svg xmlns") == 2


def test_a_method_that_there_is_not_is_a_404(client: Client) -> None:
    response = client.get("/playbooks/nothing/")
    assert response.status_code == 404
    assert "没有这一页" in text_of(response)


# -- when something cannot be done


def test_a_page_that_there_is_not_says_so_in_the_readers_language(client: Client) -> None:
    response = client.get("/nothing/")
    assert (response.status_code, "没有这一页" in text_of(response)) == (404, True)


def test_an_address_where_no_neighbourhood_lives_has_a_page_all_the_same(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 404
    assert "没有这一页" in text_of(response)


def test_a_form_without_its_token_is_refused_and_its_words_are_shown(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"})
    response = client.post("/sign-in/", {"what": WORDS, "csrfmiddlewaretoken": "x" * 64})
    page = text_of(response)
    assert response.status_code == 403
    assert WORDS in page
    assert "请再提交一次" in page
    # A page that another site made somebody post to must not offer to send it again.
    assert '<form method="post" action="/sign-in/"' not in page


@pytest.mark.parametrize(
    ("refusal", "status", "again"),
    [(Refused, 422, True), (Conflict, 409, False), (NotYours, 403, False)],
)
def test_a_refusal_is_a_page_with_its_sentence_and_what_was_typed(
    world: World, rf: RequestFactory, refusal: type[Refused], status: int, again: bool
) -> None:
    request = rf.post(
        "/raise/repair/", {"what": WORDS, "_key": "a-key"}, headers={"referer": "http://testserver/raise/repair/?x=1"}
    )
    response = refused(request, refusal(Said("先选地点。", "Choose a place first.")))
    page = text_of(response)
    assert response.status_code == status
    assert "先选地点。" in page
    assert WORDS in page
    assert 'href="http://testserver/raise/repair/?x=1"' in page
    assert ('name="_key" value="a-key"' in page) is again


def test_a_refusal_leads_home_when_somebody_came_from_another_site(world: World, rf: RequestFactory) -> None:
    request = rf.get("/matters/1/", headers={"referer": "https://evil.example/"})
    page = text_of(refused(request, Refused(Said("不行。", "No."))))
    assert "evil.example" not in page
    assert 'href="/"' in page


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    response = RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, refusal)
    assert response is not None
    return response


@contextmanager
def nobody_may_read(table: str) -> Iterator[None]:
    """Another connection keeps a table locked, and ours does not wait: a real failure in the middle of a page."""
    settings = connection.get_connection_params()
    wanted = {name: settings[name] for name in ("host", "port", "user", "password", "dbname") if settings.get(name)}
    with psycopg.connect(**wanted) as other, connection.cursor() as cursor:
        other.execute("SET lock_timeout = '2s'")
        other.execute(f"LOCK TABLE here.{table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
        try:
            yield
        finally:
            other.rollback()


def test_a_database_that_fails_in_a_page_gives_503_and_keeps_what_was_typed(client: Client, world: World) -> None:
    with nobody_may_read("django_session"):
        response = client.post(
            "/sign-in/?a=b", {"person": world.id_of("mei"), "what": WORDS, "csrfmiddlewaretoken": "tok"}
        )
    page = text_of(response)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert '<form method="post" action="/sign-in/?a=b"' in page
    assert f">\n{WORDS}</textarea>" in page
    assert f'<input type="hidden" name="person" value="{world.id_of("mei")}">' in page
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="tok">' in page


def test_health_fails_with_the_database() -> None:
    answers = answers_without_a_database("zh-CN")
    assert answers["/healthz"] == [503, '{"database": false}']


@pytest.mark.parametrize(("language", "sentence"), [("zh-CN", "请稍后再试"), ("en-GB", "Please try again in a moment")])
def test_without_any_database_every_page_is_a_503_in_the_readers_language(language: str, sentence: str) -> None:
    answers = answers_without_a_database(language)
    for path in ("/", "/playbooks/repair/"):
        status, page = answers[path]
        assert status == 503
        assert sentence in str(page)


def answers_without_a_database(language: str) -> dict[str, list[object]]:
    """A process of its own, whose database's address leads nowhere."""
    program = f"""
import django, json
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={{"accept-language": "{language}"}})
answers = {{path: client.get(path, headers={{"host": "localhost"}}) for path in ("/", "/playbooks/repair/", "/healthz")}}
assert "Content-Security-Policy" in answers["/"]
print(json.dumps({{path: [one.status_code, one.content.decode()] for path, one in answers.items()}}))
"""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    answers: dict[str, list[object]] = json.loads(ran.stdout)
    return answers


def test_health_is_good_with_the_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"database": True})


def test_words_are_for_reading_and_keys_are_not(rf: RequestFactory) -> None:
    request = rf.post(
        "/x/", {"what": "Broken lamp", "_key": str(uuid.uuid4()), "urgency": "urgent", "phone": "+86 138"}
    )
    assert {one.name for one in typed_in(request) if one.words} == {"what", "phone"}
    assert len(typed_in(request)) == 4


# -- times

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon here


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (1, "今天 13:00", "today 13:00"),
        (12, "明天 00:00", "tomorrow 00:00"),
        (-13, "昨天 23:00", "yesterday 23:00"),
        (48, "后天 12:00", "25 Nov 12:00"),
        (-240, "11月13日 12:00", "13 Nov 12:00"),
        (24 * 60, "2027年1月22日 12:00", "22 Jan 2027 12:00"),
    ],
)
def test_moments_are_said_as_neighbours_say_them(hours: int, chinese: str, english: str) -> None:
    assert moment_said(NOW + timedelta(hours=hours), NOW) == Said(chinese, english)


@pytest.mark.parametrize(
    ("minutes", "chinese", "english", "state"),
    [
        (0.5, "还剩 不到 1 分钟", "less than a minute left", "soon"),
        (59.9, "还剩 59 分钟", "59 minutes left", "soon"),
        (200, "还剩 3 小时 20 分钟", "3 hours 20 minutes left", ""),
        (180, "还剩 3 小时", "3 hours left", ""),
        (1000, "还剩 16 小时", "16 hours left", ""),
        (60 * 30, "还剩 1 天 6 小时", "1 day 6 hours left", ""),
        (60 * 24 * 7, "还剩 7 天", "7 days left", ""),
        (0, "已超时 不到 1 分钟", "less than a minute late", "late"),
        (-60 * 50, "已超时 2 天 2 小时", "2 days 2 hours late", "late"),
    ],
)
def test_a_countdown_promises_no_minute_too_many(minutes: float, chinese: str, english: str, state: str) -> None:
    left = countdown_to(NOW + timedelta(minutes=minutes), NOW)
    assert (left.said, left.state) == (Said(chinese, english), state)
