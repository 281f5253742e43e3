"""Who gets what at every address: each route with each kind of person. A route that is not in the table fails the last test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.ballots.actions import closing
from linli.desk.actions.bulk import Wanted, move_many
from linli.desk.actions.saving import save_filter
from linli.desk.actions.taking_down import take_down
from linli.desk.callers import Caller
from linli.desk.filters import Filter
from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.table.actions.taking_part import state
from linli.notices.models import Notice, Posting
from linli.places.facility_actions import Details
from linli.playbooks.limits import after_whole_days
from linli.record.models import Event
from linli.register.actions.claims import ask_to_be_verified
from linli.register.actions.households import verify_member
from linli.register.actions.standings import enter_standing
from linli.requests.facilities.actions import add_facility, inspect, make_codes
from linli.requests.menu.models import ServiceSlot
from linli.requests.replies.actions import Words, keep_reply
from tests.ballot_steps import a_matter, announced, ballot_of, give_out_rooms, vote
from tests.meeting_steps import called
from tests.menu import a_service
from tests.pages import Answer
from tests.photos import a_photo
from tests.posting_steps import concern
from tests.publiclog import log_everything
from tests.table_steps import a_deliberation, topic_of
from tests.world import World, a_repair

# Mei raised it, An holds it, Dan is on its chain, Bo lives in another unit, the stranger holds no post, nobody has not signed in.
PEOPLE = ("mei", "an", "dan", "bo", "stranger", "nobody")
ALL_SEE = (200,) * 6
TO_SIGN_IN = 302
SLOT = (datetime(2030, 5, 7, 1, tzinfo=UTC), datetime(2030, 5, 7, 2, tzinfo=UTC))
# Name of the route: method, address, and the status for each of PEOPLE in turn.
READING: dict[str, tuple[str, tuple[int, ...]]] = {
    "home": ("/", ALL_SEE),
    "health": ("/healthz", ALL_SEE),
    "robots": ("/robots.txt", ALL_SEE),
    "sign-in": ("/sign-in/", ALL_SEE),
    "sign-in-phone": ("/sign-in/phone/", ALL_SEE),
    "sign-in-code": ("/sign-in/code/", (303,) * 6),
    "sign-in-name": ("/sign-in/name/", (303,) * 6),
    "sign-in-staff": ("/sign-in/staff/", ALL_SEE),
    "sign-in-factor": ("/sign-in/second-step/", (303,) * 6),
    "invitation": ("/invitation/no-such-token/", (303,) * 6),
    "accept-invitation": ("/invitation/", (403,) * 6),
    "account": ("/account/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "set-up-factor": ("/account/second-step/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "belonging": ("/belonging/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "claims": ("/claims/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "playbooks": ("/playbooks/", ALL_SEE),
    "playbook": ("/playbooks/repair/", ALL_SEE),
    "overdue": ("/overdue/", ALL_SEE),
    "categories": ("/categories/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "export-categories": ("/categories/tree.yaml", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "new-category": ("/category/new/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "edit-category": ("/category/leak/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "workdays": ("/calendar/", ALL_SEE),
    "new-deadlines": ("/calendar/deadlines/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "board": ("/board/", ALL_SEE),
    "postings": ("/postings/", ALL_SEE),
    "posting": ("/postings/{posting}/", ALL_SEE),
    "posting-sheet": ("/postings/{posting}/sheet/", ALL_SEE),
    "inbox": ("/inbox/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "log": ("/log/", ALL_SEE),
    "log-checkpoint": ("/log/checkpoint", ALL_SEE),
    "log-key": ("/log/key", ALL_SEE),
    "log-inclusion": ("/log/proof/inclusion?index=0", ALL_SEE),
    "log-consistency": ("/log/proof/consistency?first=1&second=1", ALL_SEE),
    "log-tile": ("/log/tile/0/000", (404,) * 6),  # not whole yet
    "log-tile-part": ("/log/tile/0/000.p/1", ALL_SEE),
    "board-table": ("/board/figures.csv", ALL_SEE),
    "board-rows": ("/board/rows/?figure=raised", ALL_SEE),
    "exclusion": ("/board/exclusion/{number}/", (404, 200, 404, 404, 404, 404)),
    "register": ("/register/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "room": ("/register/{room}/", (404, 404, 404, 404, 404, TO_SIGN_IN)),
    "posts": ("/posts/", (403, 200, 200, 403, 403, TO_SIGN_IN)),
    "fill-post": ("/posts/fill/?role=unit_lead&place={unit}", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "card": ("/posts/{post}/card/", (403, 403, 200, 403, 403, TO_SIGN_IN)),
    "standings": ("/standings/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "grids": ("/grids/", ALL_SEE),
    "grid": ("/grids/{grid}/", ALL_SEE),
    "mine": ("/mine/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "desk": ("/desk/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "matters": ("/matters/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "bulk-done": ("/desk/bulk/{bulk}/", (404, 200, 404, 404, 404, TO_SIGN_IN)),
    "take-down": ("/take-down/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "take-down-form": ("/take-down/repair/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "taken-down": ("/take-down/{taken}/done/", (404, 404, 404, 404, 404, TO_SIGN_IN)),
    "call-back": ("/call-back/{taken}/", (404, 403, 404, 404, 404, TO_SIGN_IN)),
    "raise": ("/raise/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "raise-form": ("/raise/repair/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "matter": ("/matters/{number}/", ALL_SEE),
    "photo": ("/matters/{number}/photos/{photo}/", (200, 200, 200, 404, 404, 404)),
    "photo-small": ("/matters/{number}/photos/{photo}/small/", (200, 200, 200, 404, 404, 404)),
    "search": ("/search/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "components": ("/components/", ALL_SEE),
    "plan": ("/plan/", ALL_SEE),
    "building": ("/plan/buildings/{building}/", ALL_SEE),
    "ballots": ("/ballots/", ALL_SEE),
    "ballot": ("/ballots/{ballot}/", ALL_SEE),
    "ballot-paper": ("/ballots/{ballot}/notice.zh.pdf", ALL_SEE),
    "ballot-bundle": ("/ballots/{ballot}/bundle.json", (404,) * 6),  # not published yet
    "vote": ("/ballots/{ballot}/vote/{voter}/", (200, 403, 200, 403, 403, TO_SIGN_IN)),
    "vote-receipt": ("/ballots/{ballot}/receipt/{cast}/", (200, 404, 404, 404, 404, TO_SIGN_IN)),
    "vote-receipt-file": ("/ballots/{ballot}/receipt/{cast}/file/", (200, 404, 404, 404, 404, TO_SIGN_IN)),
    "take-paper": ("/ballots/{ballot}/paper/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "take-official": ("/ballots/{ballot}/official/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "ballot-sheets": ("/ballots/{ballot}/sheets/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "deliver": ("/ballots/{ballot}/delivery/", (403, 403, 200, 403, 403, TO_SIGN_IN)),
    "deliver-worker": ("/ballots/{ballot}/delivery/worker.js", ALL_SEE),  # names no home
    "meetings": ("/meetings/", ALL_SEE),
    "meeting": ("/meetings/{meeting}/", ALL_SEE),
    "meeting-door": ("/meetings/{meeting}/door/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "tables": ("/tables/", ALL_SEE),
    "topic": ("/tables/{topic}/", ALL_SEE),
    "check-in": ("/here/{door}/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "facilities": ("/facilities/", (403, 200, 200, 403, 403, TO_SIGN_IN)),
    "facility-figures": ("/facilities/figures/", ALL_SEE),
    "menu": ("/menu/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "menu-item": ("/menu/{service}/", (200, 200, 200, 200, 404, TO_SIGN_IN)),
    "services": ("/menu/services/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "new-service": ("/menu/services/new/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "service": ("/menu/services/{service}/", (404, 404, 404, 404, 404, TO_SIGN_IN)),
    "change-service": ("/menu/services/{service}/change/", (404, 404, 404, 404, 404, TO_SIGN_IN)),
    "replies": ("/replies/", (403, 200, 200, 403, 403, TO_SIGN_IN)),
    "reply": ("/replies/{reply}/", (404, 200, 404, 404, 404, TO_SIGN_IN)),
    "new-facility": ("/facilities/new/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "facility": ("/facilities/{facility}/", (404, 200, 200, 404, 404, TO_SIGN_IN)),
    "code": ("/q/{token}/", (302,) * 6),
    "report-by-code": ("/q/{token}/report/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "codes": ("/codes/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "print-codes": ("/codes/print/?under={estate}&kind=unit", (403, 200, 403, 403, 403, TO_SIGN_IN)),
}
READING |= {
    # Of Mei's matter An holds; the desk has taken a link for it. The list and the share are for everybody.
    "question": ("/matters/{number}/question/", (403, 200, 403, 404, 404, TO_SIGN_IN)),
    "split": ("/matters/{number}/split/", (403, 200, 403, 404, 404, TO_SIGN_IN)),
    "same": ("/matters/{number}/same/", (403, 200, 403, 404, 404, TO_SIGN_IN)),
    "not-ours": ("/matters/{number}/not-ours/", (403, 403, 403, 404, 404, TO_SIGN_IN)),
    "recheck": ("/matters/{number}/recheck/", (403, 403, 403, 404, 404, TO_SIGN_IN)),
    "answer-by-link": ("/a/anything-at-all/", ALL_SEE),
    "remit": ("/remit/", ALL_SEE),
    "remit-line": ("/remit/line/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "rechecks": ("/rechecks/", ALL_SEE),
}
WRITING: dict[str, tuple[str, tuple[int, ...]]] = {
    "language": ("/language/", (302,) * 6),
    "type": ("/type/", (302,) * 6),
    "log-cosign": ("/log/cosign", (422,) * 6),
    "prove-posting": ("/postings/{posting}/prove/", (403,) * 6),
    "object-to-posting": ("/postings/{posting}/object/", (303, 303, 303, 303, 303, 403)),
    "answer-concern": ("/postings/{posting}/concerns/1/answer/", (403,) * 6),
    "open-notice": ("/inbox/{notice}/open/", (303, 404, 404, 404, 404, 404)),
    "read-notices": ("/inbox/read/", (303, 303, 303, 303, 303, 403)),
    "choose-notices": ("/inbox/kinds/", (303, 303, 303, 303, 303, 403)),
    "bulk": ("/desk/bulk/", (422, 200, 422, 422, 422, 403)),
    "save-filter": ("/desk/filters/save/", (303, 303, 303, 303, 303, 403)),
    "drop-filter": ("/desk/filters/{saved}/drop/", (404, 303, 404, 404, 404, 404)),
    "export": ("/matters/export/", (200, 200, 200, 422, 422, 403)),
    "call-back-number": ("/call-back/{taken}/number/", (404, 403, 404, 404, 404, 403)),
    "sign-out": ("/sign-out/", (302,) * 6),
    "sign-out-everywhere": ("/sign-out/everywhere/", (303,) * 6),
    "change-name": ("/account/name/", (403, 403, 403, 403, 303, TO_SIGN_IN)),
    "remove-factor": ("/account/second-step/1/remove/", (403,) * 6),
    "recovery-codes": ("/account/recovery-codes/", (403,) * 6),
    "invite": ("/posts/{post}/invite/", (403,) * 6),
    "take-back-invitation": ("/posts/{post}/invite/take-back/", (403,) * 6),
    "withdraw-claim": ("/belonging/{claim}/withdraw/", (404, 404, 404, 303, 404, 404)),
    "answer-claim": ("/claims/{claim}/answer/", (404,) * 6),
    "move": ("/matters/{number}/move/decline/", (403, 303, 403, 403, 403, 403)),
    "delay": ("/matters/{number}/delay/", (403, 303, 403, 403, 403, 403)),
    "rule-delay": ("/matters/{number}/delay/rule/", (409, 409, 409, 409, 409, 403)),
    "objection": ("/matters/{number}/objection/", (403, 303, 403, 403, 403, 403)),
    "rule-objection": ("/matters/{number}/objection/rule/", (409, 409, 409, 409, 409, 403)),
    "ask-exclusion": ("/board/exclusion/{number}/ask/", (404, 303, 404, 404, 404, 404)),
    "rule-exclusion": ("/board/exclusion/{number}/rule/", (404, 409, 404, 404, 404, 404)),
    "open-room": ("/register/{room}/open/", (404,) * 6),
    "add-member": ("/register/{room}/members/", (404,) * 6),
    "end-member": ("/register/{bos_room}/members/{member}/end/", (404,) * 6),
    "add-standing": ("/standings/add/", (403,) * 6),
    "open-standings": ("/standings/open/", (403,) * 6),
    "end-standing": ("/standings/{standing}/end/", (404,) * 6),
    "end-post": ("/posts/{post}/end/", (403,) * 6),
    "open": ("/matters/{number}/open/", (200, 200, 403, 403, 403, 403)),
    "category-field": ("/raise/repair/category/", (200, 200, 200, 200, 200, 403)),
    "import-categories": ("/categories/import/", (403,) * 6),
    "move-category": ("/category/leak/move/", (403,) * 6),
    "enter-workday": ("/calendar/day/", (403,) * 6),
    "remove-workday": ("/calendar/day/remove/", (403,) * 6),
    "office-hours": ("/calendar/hours/", (403,) * 6),
    "join": ("/matters/{number}/join/", (403, 403, 403, 303, 403, 403)),
    "leave": ("/matters/{number}/leave/", (409, 409, 409, 409, 409, 403)),
    "judge": ("/matters/{number}/judge/", (409, 409, 409, 409, 409, 403)),
    "ballot-deed": ("/ballots/{ballot}/close/", (403,) * 6),
    "meeting-deed": ("/meetings/{meeting}/call/", (403,) * 6),
    "topic-deed": ("/tables/{topic}/think/", (303, 403, 303, 303, 403, 403)),
    "inspect-facility": ("/facilities/{facility}/inspect/", (404, 303, 303, 404, 404, 403)),
    "install-facility": ("/facilities/{facility}/install/", (404, 303, 403, 404, 404, 403)),
    "take-off-facility": ("/facilities/{facility}/take-off/", (404, 303, 403, 404, 404, 403)),
    "facility-code": ("/facilities/{facility}/code/", (404, 303, 403, 404, 404, 403)),
    "report-facility": ("/facilities/{facility}/report/", (404, 303, 303, 404, 404, 403)),
    "order-item": ("/menu/{service}/order/", (303, 303, 403, 403, 404, 403)),
    "withdraw-service": ("/menu/services/{service}/withdraw/", (404, 404, 404, 404, 404, 403)),
    "add-slots": ("/menu/services/{service}/slots/", (404, 404, 404, 404, 404, 403)),
    "withdraw-slot": ("/menu/services/{service}/slots/{slot}/withdraw/", (404, 404, 404, 404, 404, 403)),
    "keep-reply": ("/replies/keep/", (403, 422, 422, 403, 403, 403)),
    "drop-reply": ("/replies/{reply}/drop/", (404, 303, 404, 404, 404, 403)),
    "make-codes": ("/codes/make/", (403, 303, 403, 403, 403, 403)),
    "answer-question": ("/matters/{number}/question/answer/", (409, 403, 403, 404, 404, 403)),
    "question-link": ("/matters/{number}/question/link/", (403, 409, 403, 404, 404, 403)),
    "revoke-question-link": ("/matters/{number}/question/link/revoke/", (403, 409, 403, 404, 404, 403)),
    "take-back-question": ("/matters/{number}/question/take-back/", (403, 409, 403, 404, 404, 403)),
    "undo-same": ("/matters/{number}/same/undo/", (409, 409, 409, 404, 404, 403)),
    "end-remit-line": ("/remit/{post}/end/", (403, 403, 403, 403, 403, 403)),
    "import-remit": ("/remit/import/", (403, 403, 403, 403, 403, 403)),
    "revoke-code": ("/codes/{code}/revoke/", (403, 303, 403, 403, 403, 403)),
}
FORM = {
    "reply": "不归物业管",
    "reason": "配件没到货",
    "limit": "1workdays",
    "ground": "not_ours",
    "_grant": "no",
    "_take_over": "-",
    "language": "en",
    "condition": "worn",
    "concern": "会挡住窗户",
    "answer": "不会",
    "upheld": "no",
    "day": "2026-05-12",
    "name": "停电",
    "all": "9:00-17:00",
    "kind": "unit",
    "number": "1",
    "choice": "agree",
}


@pytest.fixture
def matter(world: World) -> Matter:
    return a_repair(world, phone="13800000001", photos=[a_photo()])


@pytest.fixture
def known(world: World, matter: Matter) -> dict[str, object]:
    """What the addresses speak of: Mei's matter, a broken lamp in her unit, the code at its door."""
    unit = world.place("unit1")
    lamp = add_facility(unit, Details("lamp", "门厅灯", installed_on=date(2026, 1, 1)), actor=world.jing)
    seen = inspect(lamp, "broken", actor=world.gong)
    code = make_codes(unit, [unit], actor=world.jing)[0]
    notice = a_posting_with_a_concern(world)
    log_everything()
    return {
        "posting": notice.pk,
        "notice": a_notice_for_mei(world, matter),
        "number": matter.number,
        "photo": matter.photos.get().pk,
        "facility": lamp.pk,
        "inspection": seen.pk,
        "code": code.pk,
        "token": code.token,
        "estate": world.place("estate").path,
        "room": world.place("room").pk,
        "bos_room": world.place("room_unit2").pk,
        "unit": world.place("unit1").pk,
        "building": world.place("building1").pk,
        "grid": world.place("grid1").pk,
        "post": next(post.pk for post in world.dan.posts if post.role == "unit_lead"),
        "member": _a_member(world),
        **_a_menu(world),
        "bulk": move_many([Wanted(0, 1)], "decline", answers={}, actor=world.an, key=uuid.uuid4()).pk,
        "saved": save_filter("desk", "漏水", Filter(book="repair"), actor=world.an).pk,
        "taken": take_down(
            "repair",
            unit,
            caller=Caller("赵姨"),
            channel="visit",
            answers={"what": "楼道灯不亮"},
            key=uuid.uuid4(),
            actor=world.wen,
        ).number,
        **_a_meeting(world),
        **_a_topic(world),
        **_a_ballot(world),
        "standing": enter_standing(world.people["bo"], "resident", world.place("room_unit2"), actor=world.shu).pk,
        "claim": ask_to_be_verified(world.place("room"), how="lives", actor=world.bo).pk,
    }


def _a_menu(world: World) -> dict[str, object]:
    """A service without fixed times, a slot of it all the same, and words that the property desk keeps ready."""
    service = a_service(world, by_slot=False)
    slot = ServiceSlot.objects.create(item=service, starts_at=SLOT[0], ends_at=SLOT[1], capacity=1)
    words = keep_reply(world.an.posts[0], Words("转供热公司", "已转。"), actor=world.an)
    return {"service": service.pk, "slot": slot.pk, "reply": words.pk}


def a_posting_with_a_concern(world: World) -> Posting:
    """The community posted it, Mei said what is wrong with it."""
    answers = {"heading": "停车位调整", "body": "北区增加十个停车位。"}
    matter = raise_matter("posted_notice", world.place("estate"), actor=world.shu, answers=answers, key=uuid.uuid4())
    move(matter, "publish", actor=world.shu)
    return concern(matter, world.mei, "会挡住消防通道").posting


def a_notice_for_mei(world: World, matter: Matter) -> int:
    event = Event.objects.get(chain=matter.pk, seq=1)
    row = Notice.objects.create(person=world.people["mei"], kind="moved", matter=matter, event=event, at=event.at)
    return row.pk


def _a_member(world: World) -> uuid.UUID:
    """Bo in the room where he lives, as the register has it."""
    proof = {"name": "李伯", "phone": "13800000002", "how": "documents"}
    return verify_member(world.place("room_unit2"), actor=world.min, **proof).pk


def _a_meeting(world: World) -> dict[str, object]:
    """Called by the owners' committee; An has no seat."""
    matter = raise_matter(
        "joint_meeting", world.place("estate"), actor=world.yang, answers={"what": "例会"}, key=uuid.uuid4()
    )
    meeting = called(matter, world.yang)
    return {"meeting": meeting.pk, "door": meeting.token}


def _a_topic(world: World) -> dict[str, object]:
    """On the table of the estate, with a statement of Qin's: neighbours say what they think of it, an office does not."""
    topic = topic_of(a_deliberation(world))
    state(topic, "先试一年", actor=world.qin)
    return {"topic": topic.pk}


def _a_ballot(world: World) -> dict[str, object]:
    """Open now; Mei and Dan own a room together, in which Mei has voted."""
    give_out_rooms(world)
    now = clock.now()
    with clock.at(now - timedelta(days=30)):
        opens = after_whole_days(clock.now(), 15)
        ballot = announced(ballot_of(a_matter(world)), world.yang, opens=opens, closes=now + timedelta(days=9))
    closing.tend_ballots()
    cast = vote(ballot_of(ballot.matter), world, "mei", "room_next", "yes")
    return {"ballot": ballot.pk, "voter": cast.slot.tag, "cast": cast.pk}


def browser_of(world: World, key: str) -> Client:
    """A browser in which the person has signed in already."""
    client = Client(raise_request_exception=False)
    if key != "nobody":
        session = client.session
        session[SESSION_KEY] = world.id_of(key)
        session[BACKEND_SESSION_KEY] = "linli.people.signin.PersonBackend"
        session[HASH_SESSION_KEY] = world.people[key].get_session_auth_hash()
        session.save()
        client.cookies["sessionid"] = session.session_key or ""
    return client


def statuses_of(world: World, ask: Callable[[Client], Answer]) -> tuple[int, ...]:
    """What each of PEOPLE gets, each as if nobody had asked before."""
    found = []
    for person in PEOPLE:
        with transaction.atomic():
            found.append(ask(browser_of(world, person)).status_code)
            transaction.set_rollback(True)
    return tuple(found)


@pytest.mark.parametrize("route", READING)
def test_who_may_read(world: World, known: dict[str, object], route: str) -> None:
    address, statuses = READING[route]
    assert statuses_of(world, lambda client: client.get(address.format(**known))) == statuses


@pytest.mark.parametrize("route", WRITING)
def test_who_may_write(world: World, matter: Matter, known: dict[str, object], route: str) -> None:
    address, statuses = WRITING[route]
    form = {**FORM, "_seen": str(matter.version), "_key": str(uuid.uuid4())}
    form |= {"inspection": str(known["inspection"]), "under": str(known["estate"]), "_place": str(known["room"])}
    form |= {"_matter": str(matter.number), "_query": "book=repair", "_page": "desk", "format": "csv"}
    assert statuses_of(world, lambda client: client.post(address.format(**known), form)) == statuses


@pytest.mark.parametrize("route", [name for name in WRITING if name not in ("language", "type", "sign-out")])
def test_reading_the_address_of_a_deed_does_nothing_but_lead_back(
    world: World, matter: Matter, known: dict[str, object], route: str
) -> None:
    address = WRITING[route][0].format(**known)
    assert browser_of(world, "an").get(address).status_code == 302
    matter.refresh_from_db()
    assert matter.version == 1


@pytest.mark.parametrize("person", ["bo", "stranger", "nobody"])
def test_outsiders_read_no_word_and_no_room_of_a_matter(world: World, matter: Matter, person: str) -> None:
    page = browser_of(world, person).get(f"/matters/{matter.number}/").content.decode()
    for private in ("水管漏水", "101室", "1单元", "王小梅", "13800000001"):
        assert private not in page


@pytest.mark.parametrize(
    "address", ["/matters/999999/", "/playbooks/nothing/", "/raise/nothing/", "/raise/called_unit/"]
)
def test_what_is_not_there_is_404_for_those_who_signed_in(world: World, address: str) -> None:
    assert browser_of(world, "mei").get(address).status_code == 404


def test_a_post_that_ends_takes_its_rights_with_it_at_once(world: World, matter: Matter) -> None:
    client = browser_of(world, "an")
    assert "水管漏水" in client.get("/desk/").content.decode()
    post = world.an.posts[0]
    type(post).objects.filter(pk=post.pk).update(until=matter.raised_at)
    assert "水管漏水" not in client.get("/desk/").content.decode()


def test_a_session_of_one_neighbourhood_opens_nothing_next_door(world: World, matter: Matter) -> None:
    client = browser_of(world, "mei")
    assert client.get("/mine/").status_code == 200
    assert client.get("/mine/", headers={"host": "nextdoor.localhost"}).status_code == TO_SIGN_IN
    assert client.get(f"/matters/{matter.number}/", headers={"host": "nextdoor.localhost"}).status_code == 404


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name
        else:
            yield str(pattern.pattern)


def test_every_route_is_in_the_table() -> None:
    assert set(_routes(get_resolver().url_patterns)) - {"favicon"} == set(READING) | set(WRITING)


def test_health_is_answered_at_any_host_and_nothing_else_is(world: World) -> None:
    client = browser_of(world, "nobody")
    assert client.get("/healthz", headers={"host": "elsewhere.localhost"}).status_code == 200
    assert client.get("/", headers={"host": "elsewhere.localhost"}).status_code == 404
