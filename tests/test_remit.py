"""The community's list, and refusing by it: once, ruled on by the street, with word to the raiser of whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.objections import rule_objection
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.models import Post
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.loop.actions.remit import end_line, import_list, refuse, set_line
from linli.requests.loop.models import RemitEntry
from linli.requests.loop.remit import SHIPPED, Line, read_lines
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
HEATING = Line("heating", "not_ours", "市政供热管网", "Public heating", "供热公司", "Heating company", "0471-0000005")
WHY = "换热站是供热公司的设备"


@pytest.fixture
def listed(world: World) -> World:
    set_line(HEATING, actor=world.shu)
    set_line(Line("mediation", "duty", "调解民间纠纷"), actor=world.shu)
    set_line(Line("owners", "helps", "指导成立业主大会", whose="街道物业科", contact="0471-0000001"), actor=world.jie)
    return world


def with_the_community(world: World) -> Matter:
    """A repair that came to the community after three rounds that solved nothing."""
    matter = a_repair(world, what="全楼暖气不热")
    for _ in range(3):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(matter, "finish", actor=world.gong, answers={"reply": "放了气"})
        move(matter, "reopen", actor=world.mei, answers={"reason": "还是不热"})
    return Matter.objects.get(pk=matter.pk)


def whole(matter: Matter) -> bool:
    return list(broken_chains()) == [] and differences(matter) == {}


# -- refusing


def test_the_street_rules_and_the_raiser_learns_whose_it_is_and_how_to_reach_them(listed: World) -> None:
    matter = with_the_community(listed)
    due = matter.due_at
    refuse(matter, "heating", WHY, actor=listed.shu)
    duty = Duty.objects.get(matter=matter, kind=Duty.RULES_OBJECTION, until__isnull=True)
    assert (duty.role, duty.place_id) == ("street", listed.place("street").pk)
    matter.refresh_from_db()
    assert (matter.due_at, matter.objected) == (due, True), "the raiser's clock runs on"
    rule_objection(matter, take_over="decline", reason="确属供热公司职责", actor=listed.jie)
    matter.refresh_from_db()
    assert (matter.outcome, matter.stage) == ("declined", "declined")
    reply = Sealed.objects.get(event__chain=matter.pk, event__verb="declined_by_list", name="reply").value
    assert reply == "确属供热公司职责\n这件事由供热公司负责，联系方式：0471-0000005。"
    page = text_of(visit(listed, "mei").get(f"/matters/{matter.number}/"))
    assert "0471-0000005" in page
    assert "按工作清单“市政供热管网”提出" in page
    assert whole(matter)


def test_the_street_may_hand_it_to_another_seat_or_leave_it_where_it_is(listed: World) -> None:
    for take_over, holder in (("grid_worker", "grid_worker"), ("", "community")):
        matter = with_the_community(listed)
        refuse(matter, "heating", WHY, actor=listed.shu)
        rule_objection(matter, take_over=take_over, reason="请先联系", actor=listed.jie)
        matter.refresh_from_db()
        assert matter.is_open
        assert matter.holder is not None
        assert matter.holder.role == holder
        assert whole(matter)


def test_once_only_and_not_after_an_objection(listed: World) -> None:
    matter = with_the_community(listed)
    refuse(matter, "heating", WHY, actor=listed.shu)
    rule_objection(matter, reason="先办", actor=listed.jie)
    with pytest.raises(Conflict, match="made once already"):
        refuse(matter, "heating", WHY, actor=listed.shu)


def test_what_the_community_has_to_do_is_no_ground(listed: World) -> None:
    matter = with_the_community(listed)
    for code in ("mediation", "nothing", ""):
        with pytest.raises(Refused, match="choose a line of the list"):
            refuse(matter, code, WHY, actor=listed.shu)
    refuse(matter, "owners", WHY, actor=listed.shu)


def test_only_the_community_refuses_by_its_list(listed: World) -> None:
    matter = a_repair(listed)
    with pytest.raises(NotYours, match="Only while the community holds"):
        refuse(matter, "heating", WHY, actor=listed.an)
    held = with_the_community(listed)
    for other in ("mei", "an", "jie", "stranger"):
        with pytest.raises(NotYours):
            refuse(held, "heating", WHY, actor=getattr(listed, other))
    assert "不在工作清单内" not in text_of(visit(listed, "an").get(f"/matters/{matter.number}/"))
    assert "不在工作清单内" in text_of(visit(listed, "shu").get(f"/matters/{held.number}/"))


def test_without_anybody_at_the_street_it_is_refused_with_what_to_do(listed: World) -> None:
    matter = with_the_community(listed)
    Post.objects.filter(role="street").update(until=NINE)
    with pytest.raises(Refused, match="ask the street to fill the post"):
        refuse(matter, "heating", WHY, actor=listed.shu)


def test_what_the_street_does_not_rule_on_in_time_stays_with_the_community(listed: World) -> None:
    with clock.at(NINE):
        matter = with_the_community(listed)
        refuse(matter, "heating", WHY, actor=listed.shu)
        over = Duty.objects.get(matter=matter, kind=Duty.RULES_OBJECTION).due_at
    look_after(moment=over)
    assert Event.objects.filter(chain=matter.pk, verb="objection_lapsed").count() == 1
    matter.refresh_from_db()
    assert matter.holder is not None
    assert matter.holder.role == "community"
    assert whole(matter)


def test_declining_needs_a_refusal_by_the_list(listed: World) -> None:
    """An ordinary objection hands over or is dismissed; nobody ends a matter by it."""
    matter = a_repair(listed)
    client = visit(listed, "an")
    client.post(f"/matters/{matter.number}/objection/", {"reason": "不归我"})
    with pytest.raises(Refused, match="choose who takes it over"):
        rule_objection(matter, take_over="decline", reason="不办", actor=listed.shu)


def test_refusing_and_ruling_on_the_pages(listed: World) -> None:
    matter = with_the_community(listed)
    community, address = visit(listed, "shu"), f"/matters/{matter.number}/"
    assert "供热公司" in text_of(community.get(f"{address}not-ours/"))
    kept = community.post(f"{address}not-ours/", {"reason": WHY})
    assert kept.status_code == 422
    assert WHY in kept.content.decode()
    assert community.post(f"{address}not-ours/", {"entry": "heating", "reason": WHY}).status_code == 303
    street = visit(listed, "jie")
    assert "不予受理，告知提出人由供热公司负责" in text_of(street.get(address))
    sent = street.post(f"{address}objection/rule/", {"_take_over": "decline", "reason": "属实"})
    assert sent.status_code == 303
    assert "不予受理" in text_of(visit(listed, "mei").get(address))


def test_what_a_refusal_rested_on_stays_when_the_line_is_changed(listed: World) -> None:
    matter = with_the_community(listed)
    refuse(matter, "heating", WHY, actor=listed.shu)
    set_line(replace(HEATING, whose="另一家公司", contact="0471-9"), actor=listed.shu)
    rule_objection(matter, take_over="decline", reason="属实", actor=listed.jie)
    reply = Sealed.objects.get(event__chain=matter.pk, event__verb="declined_by_list", name="reply").value
    assert "供热公司" in str(reply)
    assert RemitEntry.objects.filter(code="heating").count() == 2


# -- the list


def test_the_shipped_example_can_be_taken_in_and_taking_it_in_again_changes_nothing(world: World) -> None:
    text = SHIPPED.read_text("utf-8")
    assert import_list(text, actor=world.shu) == 10
    assert import_list(text, actor=world.jie) == 0
    assert RemitEntry.objects.count() == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must begin with “remit:”"),
        ("remit: [", "near line"),
        ("remit: {a: {kind: duty, title: 甲, colour: red}}", "“colour” is not known"),
        ("remit: {A: {kind: duty, title: 甲}}", "cannot be a code"),
        ("remit: {a: {kind: maybe, title: 甲}}", "kind is one of"),
        ("remit: {a: {kind: duty}}", "what it is about"),
        ("remit: {a: {kind: helps, title: 甲, whose: 乙}}", "whose it is and how to reach"),
        (f"remit: {{a: {{kind: duty, title: {'长' * 121}}}}}", "120 characters"),
        ("remit: {a: 3}", "kind is one of"),
        ("- 1", "must begin with “remit:”"),
    ],
)
def test_a_file_with_a_mistake_is_taken_in_not_at_all(world: World, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        import_list(text, actor=world.shu)
    assert not RemitEntry.objects.exists()


def test_every_mistake_of_a_file_is_said_at_once() -> None:
    _, problems = read_lines("remit: {a: {kind: maybe}, B: {kind: helps, title: 甲}}")
    assert len(problems) == 4


@pytest.mark.parametrize("who", ["mei", "an", "min", "hua", "stranger"])
def test_only_the_community_and_the_street_keep_the_list(listed: World, who: str) -> None:
    actor = getattr(listed, who)
    entry = RemitEntry.objects.get(code="heating")
    with pytest.raises(NotYours):
        set_line(HEATING, actor=actor)
    with pytest.raises(NotYours):
        end_line(entry, actor=actor)
    with pytest.raises(NotYours):
        import_list(SHIPPED.read_text("utf-8"), actor=actor)


def test_everybody_reads_the_list_and_only_keepers_see_its_buttons(listed: World) -> None:
    for reader in ("", "mei"):
        page = visit(listed, reader).get("/remit/")
        assert "0471-0000005" in text_of(page)
        assert "修改" not in text_of(page)
    assert "修改" in text_of(visit(listed, "shu").get("/remit/"))


def test_a_line_is_entered_changed_and_removed_on_the_pages(world: World) -> None:
    client = visit(world, "shu")
    wrong = {"code": "heating", "kind": "not_ours", "title": "供热", "whose": ""}
    refused = client.post("/remit/line/", wrong)
    assert refused.status_code == 422
    assert 'value="供热"' in refused.content.decode()
    right = {**wrong, "whose": "供热公司", "contact": "96111"}
    assert client.post("/remit/line/", right).status_code == 303
    assert 'value="96111"' in client.get("/remit/line/?code=heating").content.decode()
    assert client.post("/remit/line/", {**right, "contact": "96222"}).status_code == 303
    entry = RemitEntry.objects.get(code="heating", until__isnull=True)
    assert entry.contact == "96222"
    assert client.post(f"/remit/{entry.pk}/end/").status_code == 303
    assert "96222" not in text_of(client.get("/remit/"))
    assert client.post(f"/remit/{entry.pk}/end/").status_code == 409
