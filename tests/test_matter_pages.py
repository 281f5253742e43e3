from __future__ import annotations

import ast
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.matters.queries import books_to_choose, current_books, matters_of, overdue_rows
from linli.matters.verbs import VERBS
from linli.people.actions import forget
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.loop.models import Recheck
from tests.pages import Answer, a_key, hidden, text_of, visit
from tests.photos import a_photo
from tests.world import World, a_repair

APPS = Path(__file__).parents[1] / "linli"
LENDERS = ("matters", "requests", "desk", "notices", "meetings")
ACTIONS = tuple(path for app in LENDERS for path in (APPS / app).rglob("actions/*.py"))
PHONE = "13912345678"


def page_of(client: Client, matter: Matter) -> Answer:
    return client.get(f"/matters/{matter.number}/")


def make(client: Client, matter: Matter, name: str, **answers: str) -> Answer:
    """Send the form of a move as it stands on the page now."""
    address = f"/matters/{matter.number}/move/{name}/"
    return client.post(address, {**hidden(page_of(client, matter), address), **answers})


def a_finished_repair(world: World, *, reply: str = "换了接头,试水不漏", phone: str = "") -> Matter:
    matter = a_repair(world) if not phone else raise_with_phone(world, phone)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": reply})
    return matter


def raise_with_phone(world: World, phone: str = PHONE) -> Matter:
    answers = {"what": "水管漏水", "phone": phone}
    return raise_matter("repair", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())


# -- the verbs of the record


def written_verbs(source: str) -> set[str]:
    """Every verb that a module of actions notes down, also where a name stands for one of two."""
    tree = ast.parse(source)
    verbs: set[str] = set()
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        named = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "note" and call.args:
                given = call.args[0]
                value = named.get(given.id) if isinstance(given, ast.Name) else given
                verbs |= _texts(value)
    return verbs


def _texts(value: ast.expr | None) -> set[str]:
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else {"?"}


def test_every_verb_that_an_action_writes_has_its_sentence() -> None:
    """A verb that reaches `note` through another function is not seen there, but stands in a module of actions all the same."""
    sources = [path.read_text("utf-8") for path in ACTIONS]
    written = {verb for source in sources for verb in written_verbs(source)} - {"?"}
    literals = {
        node.value for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)
    }
    assert written <= set(VERBS)
    assert set(VERBS) <= literals | {f"recheck_{result}" for result in Recheck.RESULTS}


def test_the_scan_for_verbs_sees_both_branches_and_what_it_cannot_read() -> None:
    source = "def f(c, yes):\n    verb = 'granted' if yes else 'refused'\n    c.note(verb, actor=None)\n    c.note(g(), actor=None)"
    assert written_verbs(source) == {"granted", "refused", "?"}


# -- raising


def test_only_what_a_person_may_raise_is_offered(world: World) -> None:
    page = text_of(visit(world, "mei").get("/raise/"))
    assert "报事报修" in page
    assert "菜单化点单" in page
    assert "巡查上报" not in page


def test_what_a_joint_call_opens_is_chosen_by_nobody(world: World) -> None:
    assert "called_unit" in current_books()
    assert "called_unit" not in books_to_choose(current_books())
    assert visit(world, "shu").get("/raise/called_unit/").status_code == 404


def test_a_resident_raises_from_home_and_is_told_number_holder_and_limit(world: World) -> None:
    client = visit(world, "mei")
    form = client.get("/raise/repair/")
    assert "青榆家园 一期 1号楼 1单元 101室" in text_of(form)
    place = str(world.place("room").pk)
    answer = client.post(
        "/raise/repair/", {**hidden(form, "novalidate"), "_place": place, "_urgency": "ordinary", "what": "灯坏了"}
    )
    matter = Matter.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/matters/{matter.number}/")
    page = text_of(client.get(answer["Location"]))
    assert f"已收到，编号 {matter.number}。由物业前台在" in page
    assert "已收到" not in text_of(client.get(answer["Location"]))


def test_sending_the_same_form_twice_gives_the_same_matter(world: World) -> None:
    client = visit(world, "mei")
    sent = {"_key": a_key(), "_place": str(world.place("room").pk), "_urgency": "ordinary", "what": "灯坏了"}
    first, again = (client.post("/raise/repair/", sent) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Matter.objects.count() == 1


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(world: World) -> None:
    client = visit(world, "mei")
    key = a_key()
    answer = client.post(
        "/raise/repair/",
        {"_key": key, "_place": str(world.place("unit1").pk), "what": "", "phone": "12", "_urgency": "urgent"},
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写“情况”。" in body
    assert "看起来不是电话号码" in body
    assert 'value="12"' in body
    assert key in body
    assert re.search(rf'value="{world.place("unit1").pk}" checked', body)
    assert re.search(r'value="urgent" checked', body)
    assert body.count("autofocus") == 1
    assert re.search(r'<textarea id="raise-what"[^>]*aria-invalid="true" autofocus', body)


def test_a_form_without_a_place_asks_for_one(world: World) -> None:
    answer = visit(world, "mei").post("/raise/repair/", {"_key": a_key(), "what": "灯坏了"})
    assert answer.status_code == 422
    assert "请填写“在哪里”。" in text_of(answer)
    assert "灯坏了" in answer.content.decode()


def test_another_homes_room_is_not_offered_and_not_taken(world: World) -> None:
    client = visit(world, "mei")
    other = str(world.place("room_next").pk)
    assert other not in client.get("/raise/repair/").content.decode()
    answer = client.post("/raise/repair/", {"_key": a_key(), "_place": other, "what": "灯坏了"})
    assert answer.status_code == 403
    assert "要在自己的小区或负责的范围内" in text_of(answer)
    assert "灯坏了" in answer.content.decode()
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2号楼1单元101", "room_building2"),
        ("2-1-101", "room_building2"),
        ("2号楼", "building2"),
        ("２号楼", "building2"),
    ],
)
def test_staff_find_a_place_as_it_is_said_and_keep_what_they_typed(world: World, text: str, found: str) -> None:
    answer = visit(world, "an").post(
        "/raise/repair/", {"_key": a_key(), "_find": text, "_search": "yes", "what": "灯坏了"}
    )
    body = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(rf'value="{world.place(found).pk}" checked', body)
    assert "灯坏了" in body
    assert not Matter.objects.exists()


def test_a_place_that_was_typed_but_not_looked_up_is_looked_up_first(world: World) -> None:
    sent = {"_key": a_key(), "_place": str(world.place("estate").pk), "_find": "2号楼", "_found": "", "what": "灯坏了"}
    assert visit(world, "an").post("/raise/repair/", sent).status_code == 200
    assert not Matter.objects.exists()
    again = {**sent, "_found": "2号楼", "_place": str(world.place("building2").pk)}
    assert visit(world, "an").post("/raise/repair/", again).status_code == 303
    assert Matter.objects.get().place == world.place("building2")


def test_a_place_that_was_found_and_chosen_survives_a_mistake_elsewhere(world: World) -> None:
    chosen = str(world.place("building2").pk)
    answer = visit(world, "an").post("/raise/repair/", {"_key": a_key(), "_place": chosen, "what": ""})
    assert answer.status_code == 422
    assert re.search(rf'value="{chosen}" checked', answer.content.decode())


def test_a_place_that_is_not_open_to_the_reader_is_not_named(world: World) -> None:
    other = str(world.place("room_unit2").pk)
    answer = visit(world, "mei").post("/raise/repair/", {"_key": a_key(), "_place": other, "what": ""})
    assert other not in answer.content.decode()
    assert "2单元 101室" not in text_of(answer)


def test_a_search_shows_nothing_outside_the_posts_own_area(world: World) -> None:
    answer = visit(world, "mei").post("/raise/repair/", {"_key": a_key(), "_find": "102", "_search": "yes"})
    assert str(world.place("room_next").pk) not in answer.content.decode()
    assert "没有" in text_of(answer)


# -- one matter


def test_the_holder_finds_the_moves_as_forms_and_the_next_one_takes_over(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    page = text_of(page_of(desk, matter))
    assert "现在等您：待受理" in page
    assert "龚师傅" in page
    answer = make(desk, matter, "accept", worker=world.id_of("gong"))
    assert (answer.status_code, answer["Location"]) == (303, f"/matters/{matter.number}/")
    assert "已登记。接下来由物业师傅龚师傅负责" in text_of(page_of(desk, matter))
    matter.refresh_from_db()
    assert matter.stage == "doing"


def test_who_waits_sees_whose_turn_it_is_and_no_buttons_of_others(world: World) -> None:
    page = page_of(visit(world, "mei"), a_repair(world))
    assert "现在由物业前台负责：待受理" in text_of(page)
    assert "受理、不予受理：由物业前台来做" in text_of(page)
    assert "/move/accept/" not in page.content.decode()
    assert "/move/withdraw/" in page.content.decode()


def test_the_raiser_is_shown_the_answer_and_asked_for_a_verdict(world: World) -> None:
    matter = a_finished_repair(world)
    mei = visit(world, "mei")
    page = page_of(mei, matter)
    assert "现在等您：待评价" in text_of(page)
    assert "换了接头,试水不漏" in text_of(page)
    assert "/delay/" not in page.content.decode()
    assert make(mei, matter, "confirm", score="5").status_code == 303
    assert "已办结：已解决" in text_of(page_of(mei, matter))


def test_reopening_begins_another_round(world: World) -> None:
    matter = a_finished_repair(world)
    make(visit(world, "mei"), matter, "reopen", reason="又漏了")
    page = text_of(page_of(visit(world, "an"), matter))
    assert "第 2 轮" in page
    assert "又漏了" in page


def test_a_move_with_mistakes_comes_back_with_what_was_typed(world: World) -> None:
    matter = a_finished_repair(world)
    answer = make(visit(world, "mei"), matter, "confirm", score="9", comment="来得很快")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "请在 1 到 5 之间选一个" in body
    assert "来得很快</textarea>" in body
    matter.refresh_from_db()
    assert matter.is_open


def test_who_was_overtaken_sees_the_present_state_and_keeps_the_words(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    address = f"/matters/{matter.number}/move/decline/"
    seen = hidden(page_of(desk, matter), address)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    answer = desk.post(address, {**seen, "reply": "这是自来水公司的管道，请打供水热线。"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "刚刚有人处理过这件事" in page
    assert "这是自来水公司的管道，请打供水热线。" in page
    assert "现在由物业师傅龚师傅负责" in page


def test_an_overtaken_form_that_is_open_again_comes_back_filled_in(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    address = f"/matters/{matter.number}/move/decline/"
    seen = hidden(page_of(desk, matter), address)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "hand_up", actor=world.gong, answers={"reason": "要停水，得社区协调"})
    answer = desk.post(address, {**seen, "reply": "不归物业管"})
    assert answer.status_code == 409
    assert "不归物业管</textarea>" in answer.content.decode()
    assert desk.post(address, {**hidden(answer, address), "reply": "不归物业管"}).status_code == 303


def test_a_reminder_that_came_meanwhile_takes_nobodys_turn(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    address = f"/matters/{matter.number}/move/decline/"
    seen = hidden(page_of(desk, matter), address)
    look_after(moment=matter.raised_at + timedelta(minutes=16))
    assert desk.post(address, {**seen, "reply": "不归物业管"}).status_code == 303


def test_a_move_sent_twice_is_made_once_and_both_are_told_so(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    address = f"/matters/{matter.number}/move/accept/"
    sent = {**hidden(page_of(desk, matter), address), "worker": world.id_of("gong")}
    assert [desk.post(address, sent).status_code for _ in range(2)] == [303, 303]
    assert Event.objects.filter(chain=matter.pk, verb="moved").count() == 1


def test_two_forms_of_one_page_do_not_pass_for_one_another(world: World) -> None:
    page = page_of(visit(world, "an"), a_repair(world))
    keys = re.findall(r'name="_key" value="([^"]+)"', page.content.decode())
    assert len(keys) == len(set(keys)) > 1


def test_a_move_of_another_is_refused_in_a_sentence(world: World) -> None:
    matter = a_repair(world)
    answer = visit(world, "mei").post(f"/matters/{matter.number}/move/accept/", {"worker": world.id_of("gong")})
    assert answer.status_code == 403
    assert "现在应由物业前台来做，不是您" in text_of(answer).replace(",", "，")


def test_a_stranger_who_posts_sees_no_more_than_the_public(world: World) -> None:
    matter = a_repair(world)
    answer = visit(world, "qin").post(f"/matters/{matter.number}/move/accept/", {"worker": world.id_of("gong")})
    assert answer.status_code == 403
    assert "水管漏水" not in text_of(answer)


def test_who_is_signed_out_meanwhile_keeps_the_words(world: World) -> None:
    matter = a_repair(world)
    answer = visit(world).post(f"/matters/{matter.number}/move/decline/", {"reply": "这是自来水公司的管道"})
    assert answer.status_code == 403
    assert "请先登录" in text_of(answer)
    assert "这是自来水公司的管道" in text_of(answer)


def test_an_address_of_a_form_read_by_itself_leads_to_the_matter(world: World) -> None:
    matter = a_repair(world)
    answer = visit(world, "an").get(f"/matters/{matter.number}/move/accept/")
    assert (answer.status_code, answer["Location"]) == (302, f"/matters/{matter.number}/")


@pytest.mark.parametrize("path", ["/matters/999999/", "/matters/999999/move/accept/", "/raise/no-such-book/"])
def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    assert visit(world, "an").post(path).status_code in (404, 405)


# -- what neighbours see


@pytest.mark.parametrize("who", ["", "qin", "bo"])
def test_the_public_page_holds_no_name_no_phone_no_room_and_no_words_of_the_raiser(world: World, who: str) -> None:
    reply = "王小梅家101室的接头已换,龚师傅电话13800000012"
    matter = a_finished_repair(world, reply=reply, phone=PHONE)
    answer = page_of(visit(world, who), matter)
    body = answer.content.decode()
    assert answer.status_code == 200
    for secret in ("王小梅", "龚师傅", "安琪", "101室", "水管漏水", PHONE, "13800000012"):
        assert secret not in re.sub(r'<span class="who">.*?</span>', "", body), secret
    page = text_of(answer)
    assert "王*家***室的接头已换,龚*电话138****0012" in page
    assert "青榆家园 一期 1号楼" in page
    assert "物业前台：受理" in page
    assert "物业师傅：办结并答复" in page


def test_the_public_page_shows_only_what_the_playbook_lets_it(world: World) -> None:
    matter = raise_matter(
        "order",
        world.place("room"),
        actor=world.mei,
        answers={"item": "1", "served_by": "property", "pricing": "free", "quote": "0", "what": "水龙头滴水"},
        key=uuid.uuid4(),
    )
    page = text_of(page_of(visit(world), matter))
    assert "物业" in page
    assert "水龙头滴水" not in page
    assert "期限" not in page.split("办理记录")[0]


def test_called_units_are_public_as_organisations_and_not_as_people(world: World) -> None:
    matter = a_joint_call(world)
    page = text_of(page_of(visit(world), matter))
    assert "法队" not in page
    assert "肖防" not in page
    assert "呼叫单位" in page


def test_only_what_climbed_to_the_top_is_on_the_public_list(world: World) -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        overdue, on_the_way = a_repair(world), a_repair(world, what="灯坏了")
    move(on_the_way, "decline", actor=world.an, answers={"reply": "不归物业管"})
    for hours in (1, 25, 49, 73, 97, 121):
        look_after(moment=overdue.raised_at + timedelta(hours=hours))
    rows, _ = overdue_rows()
    assert [row.number for row in rows] == [overdue.number]
    page = text_of(visit(world).get("/overdue/"))
    assert "青榆家园 一期 1号楼" in page
    assert "101" not in page
    assert "水管漏水" not in page


def test_pages_of_the_public_list_follow_one_another(world: World) -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        raised = [a_repair(world, what=f"第{number}件") for number in range(5)]
    for hours in (1, 25, 49, 73, 97, 121):
        look_after(moment=raised[-1].raised_at + timedelta(hours=hours))
    seen: list[int] = []
    cursor = None
    for _ in range(3):
        rows, cursor = overdue_rows(after=cursor, limit=2)
        seen += [row.number for row in rows]
    assert (sorted(seen), cursor) == (sorted(matter.number for matter in raised), None)


# -- mine


def test_mine_lists_what_i_raised_newest_first_in_pages(world: World) -> None:
    raised = []
    for hours in (4, 3, 2, 1):
        with clock.at(clock.now() - timedelta(hours=hours)):
            raised.append(a_repair(world, what=f"{hours}小时前").number)
    a_repair(world, by="bo", at="room_unit2")
    first, cursor = matters_of(world.mei, limit=3)
    rest, end = matters_of(world.mei, after=cursor, limit=3)
    assert [row.number for row in first + rest] == raised[::-1]
    assert end is None
    assert "4小时前" in text_of(visit(world, "mei").get("/mine/"))


def test_called_units_are_not_among_what_the_caller_raised(world: World) -> None:
    a_joint_call(world)
    assert matters_of(world.shu)[0] == []


# -- what is encrypted


def test_a_phone_number_opens_once_for_a_reason_that_the_raiser_reads(world: World) -> None:
    matter = raise_with_phone(world)
    desk = visit(world, "an")
    assert PHONE not in page_of(desk, matter).content.decode()
    answer = desk.post(f"/matters/{matter.number}/open/", {"reason": "约上门时间"})
    assert answer.status_code == 200
    assert PHONE in text_of(answer)
    assert answer["Cache-Control"] == "no-store"
    assert PHONE not in page_of(desk, matter).content.decode()
    told = text_of(page_of(visit(world, "mei"), matter))
    assert "物业前台安琪说明理由后查看了加密内容" in told
    assert "约上门时间" in told
    assert list(broken_chains(matter.pk)) == []


def test_without_a_reason_nothing_opens(world: World) -> None:
    matter = raise_with_phone(world)
    answer = visit(world, "an").post(f"/matters/{matter.number}/open/", {"reason": " "})
    assert answer.status_code == 422
    assert PHONE not in answer.content.decode()
    assert not Event.objects.filter(verb="opened").exists()


@pytest.mark.parametrize("who", ["dan", "shu", "qin", "gong"])
def test_who_does_not_hold_the_matter_cannot_open_it(world: World, who: str) -> None:
    matter = raise_with_phone(world)
    answer = visit(world, who).post(f"/matters/{matter.number}/open/", {"reason": "想看看"})
    assert answer.status_code == 403
    assert PHONE not in answer.content.decode()


def test_what_was_erased_on_request_is_said_to_be_erased(world: World) -> None:
    matter = a_finished_repair(world, phone=PHONE)
    forget(world.people["mei"])
    page = text_of(page_of(visit(world, "gong"), matter))
    assert "（已按要求删除）" in page
    assert "水管漏水" not in page
    assert "王小梅" not in page


# -- delays and objections


def test_a_delay_is_asked_for_and_granted_on_the_page_and_the_raiser_reads_both(world: World) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    gong = visit(world, "gong")
    assert gong.post(f"/matters/{matter.number}/delay/", {"limit": "2workdays", "reason": "等配件"}).status_code == 303
    lead = visit(world, "dan")
    assert "等配件" in text_of(page_of(lead, matter))
    ruling = {"_grant": "yes", "reason": "情况属实"}
    assert lead.post(f"/matters/{matter.number}/delay/rule/", ruling).status_code == 303
    told = text_of(page_of(visit(world, "mei"), matter))
    assert "物业师傅龚师傅申请延期到" in told
    assert "单元长单兰同意延期到" in told
    assert "情况属实" in told


@pytest.mark.parametrize(
    ("given", "said"), [({"reason": "等配件"}, "请填写“延长多久”。"), ({"limit": "2workdays"}, "请填写“理由”。")]
)
def test_half_a_request_for_a_delay_comes_back_with_the_other_half(
    world: World, given: dict[str, str], said: str
) -> None:
    matter = a_repair(world)
    answer = visit(world, "an").post(f"/matters/{matter.number}/delay/", given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert next(iter(given.values())) in answer.content.decode()


def test_an_objection_is_ruled_on_by_naming_who_takes_over(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    assert desk.post(f"/matters/{matter.number}/objection/", {"reason": "属于社区公共设施"}).status_code == 303
    assert "/objection/" not in page_of(desk, matter).content.decode()
    ruling = {"_take_over": "grid_worker", "reason": "由网格协调"}
    assert visit(world, "shu").post(f"/matters/{matter.number}/objection/rule/", ruling).status_code == 303
    page = text_of(page_of(visit(world, "mei"), matter))
    assert "社区党委舒静裁定异议成立，由网格员接手" in page
    assert "现在由网格员负责" in page


def test_an_objection_is_dismissed_and_the_holder_stays(world: World) -> None:
    matter = a_repair(world)
    visit(world, "an").post(f"/matters/{matter.number}/objection/", {"reason": "不归我办"})
    visit(world, "shu").post(f"/matters/{matter.number}/objection/rule/", {"_take_over": "-", "reason": "属物业职责"})
    assert "现在等您：待受理" in text_of(page_of(visit(world, "an"), matter))


# -- the joint call


def a_joint_call(world: World) -> Matter:
    answers = {"offence": "building", "what": "露台搭彩钢房"}
    matter = raise_matter(
        "joint_enforcement", world.place("building1"), actor=world.mei, answers=answers, key=uuid.uuid4()
    )
    move(matter, "dissuade", actor=world.jing, answers={"stopped": "no", "notice": [a_photo()]})
    move(matter, "report", actor=world.jing, answers={"findings": "仍在施工"})
    units = [world.id_of("fa"), world.id_of("xiao")]
    move(matter, "whistle", actor=world.shu, answers={"units": units, "task": "到场认定"})
    return matter


def test_who_called_sees_when_each_unit_accepted_arrived_and_reported(world: World) -> None:
    matter = a_joint_call(world)
    child = next(child for child in matter.children.all() if child.facts["unit"] == world.id_of("fa"))
    move(child, "accept", actor=world.fa)
    move(child, "arrive", actor=world.fa)
    answer = page_of(visit(world, "shu"), matter)
    table = re.search(r"<table.*?</table>", answer.content.decode(), re.S)
    assert table is not None
    assert table[0].count("<time datetime") >= 2
    assert "处置中" in table[0]
    assert "待接哨" in table[0]
    assert f"/matters/{child.number}/" in table[0]


def test_units_are_called_by_ticking_several(world: World) -> None:
    answers = {"offence": "building", "what": "露台搭彩钢房"}
    matter = raise_matter(
        "joint_enforcement", world.place("building1"), actor=world.mei, answers=answers, key=uuid.uuid4()
    )
    move(matter, "dissuade", actor=world.jing, answers={"stopped": "no", "notice": [a_photo()]})
    move(matter, "report", actor=world.jing, answers={"findings": "仍在施工"})
    client = visit(world, "shu")
    address = f"/matters/{matter.number}/move/whistle/"
    sent = {
        **hidden(page_of(client, matter), address),
        "units": [world.id_of("fa"), world.id_of("xiao")],
        "task": "到场",
    }
    assert client.post(address, sent).status_code == 303
    assert matter.children.count() == 2


# -- budgets and languages


def test_a_matters_page_takes_a_fixed_number_of_queries(world: World) -> None:
    matter = a_repair(world)
    desk = visit(world, "an")
    page_of(desk, matter)
    with CaptureQueriesContext(connection) as early:
        page_of(desk, matter)
    for round_ in range(2):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(matter, "finish", actor=world.gong, answers={"reply": "好了"})
        move(matter, "reopen", actor=world.mei, answers={"reason": f"又坏了{round_}"})
    matter.refresh_from_db()
    with CaptureQueriesContext(connection) as grown:
        page_of(desk, matter)
    assert len(early) <= 18
    assert len(grown) <= len(early) + 1  # those who were named have names to look up


def test_the_public_page_of_a_matter_takes_few_queries(world: World) -> None:
    matter = a_finished_repair(world)
    client = visit(world)
    page_of(client, matter)
    with CaptureQueriesContext(connection) as asked:
        page_of(client, matter)
    assert len(asked) <= 7


def test_the_page_speaks_english_to_who_reads_english(world: World) -> None:
    page = text_of(page_of(visit(world, "mei", language="en"), a_finished_repair(world)))
    assert "It is your turn: Awaiting your verdict" in page
    assert "Not solved, reopen" in page
