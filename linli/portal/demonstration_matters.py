"""Matters of the last days for the demonstration, each somewhere on its way. All invented; loading twice changes nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from linli.lib import clock
from linli.matters.actions.delays import ask_delay
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.portal.demonstration_pictures import roof_with_shed

ROOF = "a photo of the roof"
NAMESPACE = uuid.UUID("6f1c2a52-8a0e-4f43-9b7e-2f4f3d1f8a11")


@dataclass(frozen=True, slots=True)
class Deed:
    """A move by somebody, `after` so many hours since the one before. `by`: a role, or `raiser`."""

    after: float
    by: str
    name: str
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One matter. `of` counts the raisers of that role; a value `role:n` in the answers means that person."""

    ago: float  # hours before now
    book: str
    by: str
    of: int
    at: str  # the level of the place, on the raiser's own line
    answers: dict[str, Any]
    deeds: tuple[Deed, ...] = ()
    urgency: str = "ordinary"


TOLD = (
    Told(75, "repair", "resident", 41, "room", {"what": "卫生间地漏返水，擦了又来。", "phone": "19900000041"}, (
        Deed(0.2, "property_desk", "accept", {"worker": "property_worker:1"}),
        Deed(3, "property_worker:1", "finish", {"reply": "疏通立管一处，观察两天无返水。"}),
        Deed(20, "raiser", "confirm", {"score": "5", "comment": "来得快，收拾得也干净。"}),
    )),
    Told(52, "repair", "resident", 88, "unit", {"what": "单元门禁刷卡没有反应，晚归进不了门。"}, (
        Deed(0.3, "property_desk", "accept", {"worker": "property_worker:2"}),
        Deed(5, "property_worker:2", "finish", {"reply": "更换读卡器。"}),
        Deed(18, "raiser", "reopen", {"reason": "今天早上又不灵了。"}),
        Deed(0.4, "property_desk", "accept", {"worker": "property_worker:2"}),
    )),
    Told(0.2, "repair", "resident", 130, "building", {"what": "电梯运行时有异响，停层不平。"}, (), "urgent"),
    Told(1.5, "repair", "resident", 205, "room", {"what": "暖气不热，进水管是凉的，家里有老人。"}, (
        Deed(0.1, "property_desk", "accept", {"worker": "property_worker:3"}),
    ), "emergency"),
    Told(30, "repair", "resident", 17, "unit", {"what": "二层到三层的楼梯扶手松了，一推就晃。"}, (
        Deed(0.3, "property_desk", "accept", {"worker": "property_worker:4"}),
    )),
    Told(70, "repair", "resident", 260, "building", {"what": "门厅地砖翘起一块，老人差点绊倒。"}, (
        Deed(0.2, "property_desk", "accept", {"worker": "property_worker:0"}),
        Deed(20, "property_worker:0", "finish", {"reply": "地砖已重新铺平，周围一并检查过。"}),
    )),
    Told(60, "suggestion", "resident", 302, "estate", {"what": "车棚不够用，能不能在南门加充电桩？", "theme": "facilities"}, (
        Deed(20, "community_desk", "enlist",
             {"side": "property", "plan_day": "+20", "reply": "列入重点清单，物业两周内拿出选址方案并征求意见。"}),
    )),
    Told(50, "enquiry", "resident", 344, "room", {"what": "老人助餐卡在哪里办，要带什么材料？"}, (
        Deed(16, "community_desk", "answer", {"reply": "到社区一楼窗口办理，带身份证；不方便的可以预约上门。"}),
    )),
    Told(44, "patrol", "building_lead", 0, "building", {"capacity": "inspector", "what": "地下室入口堆着旧家具，挡了通道。"}, (
        Deed(1, "raiser", "hand_on", {"reason": "住户不在家，需要网格员联系。"}),
        Deed(6, "grid_worker", "hand_up", {"reason": "涉及三户，请社区协调物业清运。"}),
    )),
    Told(98, "joint_enforcement", "resident", 400, "building", {"offence": "building", "what": "顶层露台正在搭建彩钢房。"}, (
        Deed(2, "property_manager", "dissuade", {"stopped": "no", "notice": ROOF}),
        Deed(1, "property_manager", "report", {"findings": "已下发劝阻通知，当事人仍在施工。"}),
        Deed(20, "community", "whistle",
             {"units": ["department:0", "department:2"], "task": "现场核查并依法处置。"}),
    )),
)  # fmt: skip


def load_matters() -> None:
    """Let everything happen at its time, in the past, and the lateness job look after it in between."""
    now = clock.now()
    for number, told in enumerate(TOLD):
        _tell(told, uuid.uuid5(NAMESPACE, str(number)), now)
    look_after(moment=now)
    _ask_for_more_time()


def _tell(told: Told, key: uuid.UUID, now: datetime) -> None:
    moment = now - timedelta(hours=told.ago)
    raiser = _post(told.by, told.of)
    if Matter.objects.filter(raiser=raiser.person, key=key).exists():
        return
    with clock.at(moment):
        matter = raise_matter(
            told.book, _place(raiser, told.at), actor=Reader(raiser.person), answers=told.answers, key=key,
            urgency=told.urgency,
        )  # fmt: skip
    for deed in told.deeds:
        moment += timedelta(hours=deed.after)
        with clock.at(moment):
            actor = raiser if deed.by == "raiser" else _holder(matter, deed.by)
            move(matter, deed.name, actor=Reader(actor.person), answers=_filled(deed.answers, moment))


def _ask_for_more_time() -> None:
    """The worker of the door lock waits for a part and asks for two more days."""
    waiting = Matter.objects.filter(book="repair", stage="doing", rounds=2, late_at__isnull=True)
    matter = waiting.exclude(duties__kind=Duty.RULES_DELAY).select_related("holder__person").first()
    if matter is not None and matter.holder is not None and matter.holder.person is not None:
        reason = "读卡器主板要从厂家调货，后天到。"
        ask_delay(matter, limit="2workdays", reason=reason, actor=Reader(matter.holder.person))


def _post(role: str, number: int) -> Post:
    posts = Post.objects.filter(in_term(), role=role).select_related("person", "place")
    return posts.order_by("place__path", "pk")[number]


def _holder(matter: Matter, role: str) -> Post:
    """`role:n` is that person; a role alone is who holds it on the matter's line of places."""
    name, _, number = role.partition(":")
    if number:
        return _post(name, int(number))
    posts = Post.objects.filter(in_term(), role=name, place__path__in=matter.place.line)
    return posts.select_related("person", "place").order_by("pk")[0]


def _place(raiser: Post, level: str) -> Place:
    return Place.objects.get(level=level, path__in=raiser.place.line)


def _filled(answers: dict[str, Any], moment: datetime) -> dict[str, Any]:
    return {name: _value(value, moment) for name, value in answers.items()}


def _value(value: Any, moment: datetime) -> Any:
    if value == ROOF:
        return [roof_with_shed()]
    if isinstance(value, list):
        return [_value(one, moment) for one in value]
    if value.startswith("+"):
        return (clock.local_day(moment) + timedelta(days=int(value[1:]))).isoformat()
    role, colon, number = value.partition(":")
    return str(_post(role, int(number)).person_id) if colon and number.isdigit() else value
