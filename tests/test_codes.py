"""Printed codes: what they tell, where they lead, how they end, and that they are counted without anybody's name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.lib.refusals import NotYours
from linli.matters.models import Matter
from linli.places.code_queries import code_of
from linli.places.facility_actions import Details
from linli.places.models import Code, CodeOpening, Facility, Place
from linli.places.tokens import SIGNS, new_token, read_token
from linli.requests.facilities.actions import add_facility, make_codes, revoke, take_off
from linli.requests.models import FacilityMatter
from tests.pages import a_key, text_of, visit
from tests.world import World


@pytest.fixture
def code(world: World) -> Code:
    """The code at the door of unit 1."""
    return make_codes(world.place("estate"), [world.place("unit1")], actor=world.jing)[0]


@pytest.fixture
def lift(world: World) -> Facility:
    given = Details("lift", "DT-01", installed_on=date(2026, 1, 1))
    return add_facility(world.place("unit1"), given, actor=world.jing)


@pytest.fixture
def on_the_lift(world: World, lift: Facility) -> Code:
    return make_codes(world.place("estate"), facilities=[lift], actor=world.jing)[0]


def report(client: Client, token: str, **more: str) -> str:
    """Fill in the form that the scan led to as it stands; returns where the answer leads."""
    page = client.get(f"/q/{token}/", follow=True)
    body = page.content.decode()
    place = re.findall(r'name="_place" value="([^"]+)" checked', body)
    given = {"_place": place[0], "_urgency": "ordinary", "_key": a_key(), **more}
    answer = client.post(page.redirect_chain[-1][0], given)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


# -- the tokens


def test_tokens_follow_from_nothing_and_hold_no_look_alikes() -> None:
    tokens = [new_token() for _ in range(3000)]
    assert len(set(tokens)) == 3000
    assert set("".join(tokens)) == set(SIGNS)
    assert not set("ILOU") & set(SIGNS)
    for place in range(10):  # every sign occurs in every place about as often as chance has it: 94 times
        seen = [token[place] for token in tokens]
        assert all(40 < seen.count(sign) < 160 for sign in SIGNS)
    assert tokens != sorted(tokens)


@pytest.mark.parametrize("typed", ["0123456789", "o1234-56789", "0i23456789", "0L23456789", " 0123456789 "])
def test_a_token_is_read_as_somebody_types_it_off_the_wall(typed: str) -> None:
    assert read_token(typed) == "0123456789"


@pytest.mark.parametrize("typed", ["", "012345678", "01234567890", "012345678U", "０123456789", "../../etc/"])
def test_what_is_no_token_is_not_guessed_at(typed: str) -> None:
    assert read_token(typed) is None


def test_an_address_on_a_sticker_holds_no_place_no_name_and_no_identifier(world: World, code: Code) -> None:
    page = visit(world, "an").get(f"/codes/print/?under={world.place('estate').path}&kind=unit")
    assert code.token not in str(code.pk)
    assert re.fullmatch(r"/q/[0-9A-Z]{10}/", f"/q/{code.token}/")
    assert page.content.decode().count("<svg") >= 1


# -- where they lead


def test_a_signed_out_scan_leads_through_signing_in_to_the_form_with_the_place(world: World, code: Code) -> None:
    client = visit(world)
    answer = client.get(f"/q/{code.token}/")
    onward = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    assert urlsplit(answer["Location"]).path == "/sign-in/"
    client.force_login(world.people["bo"])
    page = client.get(onward, follow=True)
    assert "您扫的是：青榆家园 一期 1号楼 1单元" in text_of(page)
    assert world.place("unit1").path not in str(page.redirect_chain)
    assert CodeOpening.objects.get().number == 1


def test_a_report_by_code_begins_at_the_place_of_the_code(world: World, code: Code) -> None:
    """Bo lives in unit 2; without the code the form would begin with his own room."""
    report(visit(world, "bo"), code.token, what="门禁坏了")
    matter = Matter.objects.get()
    assert (matter.place, matter.raiser) == (world.place("unit1"), world.people["bo"])


def test_a_mistake_in_the_form_does_not_lose_the_scanned_place(world: World, code: Code) -> None:
    client = visit(world, "bo")
    address = f"/q/{code.token}/report/"
    wrong = client.post(address, {"_place": str(world.place("unit1").pk), "what": "", "_urgency": "ordinary"})
    assert wrong.status_code == 422
    assert f'value="{world.place("unit1").pk}" checked' in wrong.content.decode()
    assert "您扫的是" in text_of(wrong)


def test_a_scanned_facility_is_named_in_the_report_and_tied_to_it(
    world: World, lift: Facility, on_the_lift: Code
) -> None:
    where = report(visit(world, "bo"), on_the_lift.token, what="停在三楼不动")
    matter = Matter.objects.get()
    assert (matter.place, matter.facts["facility"]) == (world.place("unit1"), str(lift.pk))
    assert "【电梯 DT-01】停在三楼不动" in text_of(visit(world, "bo").get(where))
    assert FacilityMatter.objects.get().facility == lift
    assert f"编号 {matter.number}" in text_of(visit(world, "an").get(f"/facilities/{lift.pk}/"))


def test_who_chose_another_place_after_the_scan_reports_nothing_about_the_facility(
    world: World, on_the_lift: Code
) -> None:
    client = visit(world, "bo")
    given = {"_place": str(world.place("unit2").pk), "what": "楼道灯", "_urgency": "ordinary", "_key": a_key()}
    assert client.post(f"/q/{on_the_lift.token}/report/", given).status_code == 303
    assert (Matter.objects.get().place, FacilityMatter.objects.count()) == (world.place("unit2"), 0)


def test_the_same_report_by_code_sent_twice_is_one(world: World, on_the_lift: Code) -> None:
    key = a_key()
    places = {report(visit(world, "bo"), on_the_lift.token, what="不动", _key=key) for _ in range(2)}
    assert (len(places), Matter.objects.count(), FacilityMatter.objects.count()) == (1, 1, 1)


def test_a_facilitys_code_opens_the_inspection_for_whoever_looks_after_it(
    world: World, lift: Facility, on_the_lift: Code
) -> None:
    assert visit(world, "gong").get(f"/q/{on_the_lift.token}/")["Location"] == f"/facilities/{lift.pk}/"
    assert visit(world, "mei").get(f"/q/{on_the_lift.token}/")["Location"] == f"/q/{on_the_lift.token}/report/"


def test_a_code_next_to_somebody_without_a_post_says_what_is_missing(world: World, code: Code) -> None:
    page = visit(world, "stranger").get(f"/q/{code.token}/", follow=True)
    assert page.status_code == 200
    assert "您目前没有提出此类事项的身份" in text_of(page)


# -- how they end


@pytest.mark.parametrize("way", ["", "report/"])
def test_a_revoked_code_says_so_and_offers_the_ordinary_way(world: World, code: Code, way: str) -> None:
    assert revoke(code, world.place("unit1"), actor=world.an) is True
    page = visit(world, "mei").get(f"/q/{code.token}/{way}")
    assert page.status_code == 410
    assert "已经停用" in text_of(page)
    assert 'href="/raise/"' in page.content.decode()
    assert CodeOpening.objects.count() == 0


@pytest.mark.parametrize("token", ["0000000000", "nonsense", "AAAAAAAAAAA"])
@pytest.mark.parametrize("way", ["", "report/"])
def test_an_unknown_code_is_404_with_the_ordinary_way(world: World, token: str, way: str) -> None:
    page = visit(world).get(f"/q/{token}/{way}")
    assert page.status_code == 404
    assert 'href="/raise/"' in page.content.decode()


def test_a_report_to_a_revoked_code_begins_nothing(world: World, code: Code) -> None:
    revoke(code, world.place("unit1"), actor=world.an)
    given = {"_place": str(world.place("unit1").pk), "what": "坏了", "_urgency": "ordinary", "_key": a_key()}
    assert visit(world, "bo").post(f"/q/{code.token}/report/", given).status_code == 410
    assert Matter.objects.count() == 0


def test_a_code_ends_with_what_it_stood_on(world: World, lift: Facility, on_the_lift: Code, code: Code) -> None:
    take_off(lift, actor=world.jing)
    Place.objects.filter(pk=world.place("unit1").pk).update(valid_to=date(2026, 1, 1))
    assert [visit(world).get(f"/q/{one.token}/").status_code for one in (on_the_lift, code)] == [410, 410]


def test_after_revoking_a_new_code_is_made_and_the_old_one_stays_dead(world: World, code: Code) -> None:
    revoke(code, world.place("unit1"), actor=world.an)
    new = make_codes(world.place("estate"), [world.place("unit1")], actor=world.an)[0]
    assert new.token != code.token
    assert [visit(world).get(f"/q/{one.token}/").status_code for one in (code, new)] == [410, 302]
    assert revoke(code, world.place("unit1"), actor=world.an) is False


def test_a_place_has_one_code_however_often_they_are_made(world: World) -> None:
    units = [world.place("unit1"), world.place("unit2")]
    assert [len(make_codes(world.place("estate"), units, actor=world.an)) for _ in range(2)] == [2, 0]


# -- how they are counted


def test_openings_are_counted_by_the_day_and_say_nothing_of_anybody(world: World, code: Code) -> None:
    monday = datetime(2026, 6, 15, 15, 59, 59, tzinfo=UTC)  # one second before midnight in Hohhot
    for moment in (monday, monday, monday + timedelta(seconds=1)):
        with clock.at(moment):
            visit(world).get(f"/q/{code.token}/")
    assert list(CodeOpening.objects.order_by("day").values_list("day", "number")) == [
        (date(2026, 6, 15), 2),
        (date(2026, 6, 16), 1),
    ]
    assert {field.name for field in CodeOpening._meta.fields} == {"id", "code", "day", "number"}


def test_looking_ahead_counts_nothing(world: World, code: Code) -> None:
    visit(world).head(f"/q/{code.token}/")
    assert CodeOpening.objects.count() == 0


# -- making and printing


@pytest.mark.parametrize("who", ["gong", "wen", "lao_li", "mei", "stranger"])
def test_codes_are_made_and_revoked_by_those_who_keep_them(world: World, code: Code, who: str) -> None:
    actor = getattr(world, who)
    with pytest.raises(NotYours):
        make_codes(world.place("unit2"), [world.place("unit2")], actor=actor)
    with pytest.raises(NotYours):
        revoke(code, world.place("unit1"), actor=actor)


def test_the_missing_codes_are_made_and_revoked_on_the_page(world: World) -> None:
    client, asked = visit(world, "an"), {"under": world.place("estate").path, "kind": "building"}
    assert "2 处中已有 0 处" in text_of(client.get("/codes/", asked))
    assert client.post("/codes/make/", asked).status_code == 303
    page = client.get("/codes/", asked)
    assert "2 处中已有 2 处" in text_of(page)
    code = Code.objects.get(place=world.place("building1"))
    client.post(f"/codes/{code.pk}/revoke/", asked)
    assert "2 处中已有 1 处" in text_of(client.get("/codes/", asked))
    assert code_of(code.token) is not None


def test_a_sheet_has_a_square_and_a_name_for_each_place_and_no_address_of_ours(world: World) -> None:
    client, asked = visit(world, "an"), {"under": world.place("estate").path, "kind": "unit"}
    client.post("/codes/make/", asked)
    page = client.get("/codes/print/", asked)
    body = unescape(page.content.decode())
    assert body.count('class="segno"') == 3
    assert "1号楼 2单元" in text_of(page)
    assert "data:" not in body
    assert " style=" not in body


def test_sheets_of_another_area_are_not_there(world: World) -> None:
    asked = {"under": world.place("county").path, "kind": "unit"}
    assert visit(world, "an").get("/codes/print/", asked).status_code == 404
    assert visit(world, "an").post("/codes/make/", asked).status_code == 404
    assert Code.objects.count() == 0


def test_scanning_takes_few_questions(world: World, on_the_lift: Code) -> None:
    client = visit(world, "gong")
    client.get(f"/q/{on_the_lift.token}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/q/{on_the_lift.token}/")
    assert len(asked) <= 9


def test_an_inspection_by_scan_needs_two_taps(world: World, lift: Facility, on_the_lift: Code) -> None:
    """One choice and one button: nothing else is asked for."""
    client = visit(world, "gong")
    page = client.get(f"/q/{on_the_lift.token}/", follow=True)
    assert page.content.decode().count('type="radio"') == 4
    client.post(f"/facilities/{lift.pk}/inspect/", {"condition": "good"})
    lift.refresh_from_db()
    assert lift.condition == "good"
    assert lift.inspected_at is not None
