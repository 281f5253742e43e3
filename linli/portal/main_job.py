"""The main job told line by line: a repair from the door to the archive, and a second one that nobody takes and that climbs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.matters.wording import duty_said, holder_said
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.versions import book_of
from linli.record.queries import broken_chains


def tell_main_job(*, key: uuid.UUID) -> Iterator[Said]:
    """Run it in the present district and say what happens."""
    resident = _post("resident")
    repair = raise_matter(
        "repair", resident.place, actor=Reader(resident.person), answers={"what": "厨房水管接头漏水，已用盆接着。"}, key=key,
        urgency="urgent",
    )  # fmt: skip
    yield _stands(repair)
    worker = _post("property_worker")
    for role, name, answers in (
        ("property_desk", "accept", {"worker": str(worker.person_id)}),
        ("property_worker", "finish", {"reply": "更换水管接头一个，试水不漏。"}),
        ("resident", "confirm", {"score": "5"}),
    ):
        move(repair, name, actor=Reader(_post(role).person), answers=answers)
        repair.refresh_from_db()
        yield _stands(repair)
    yield from _tell_climbing(resident, uuid.uuid5(key, "climbing"))
    broken = sum(1 for _ in broken_chains())
    yield Said(f"逐条核对记录：断裂的链 {broken} 条。", f"The record was walked: {broken} broken chains.")


def _tell_climbing(resident: Post, key: uuid.UUID) -> Iterator[Said]:
    """Nobody takes it, so it becomes late and climbs to the top by itself."""
    with clock.at(clock.now() - timedelta(days=6)):
        matter = raise_matter(
            "repair",
            resident.place,
            actor=Reader(resident.person),
            answers={"what": "楼道灯不亮，晚上看不清台阶。"},
            key=key,
        )
        yield _stands(matter)
    for hours in (1, 25, 49, 73, 97, 121):
        look_after(moment=matter.raised_at + timedelta(hours=hours))
    for duty in Duty.objects.filter(matter=matter, kind=Duty.SUPERVISES).order_by("since"):
        who = duty_said(duty, matter)
        yield Said(f"  {_local(duty)} 超时上报，由{who.zh}督办", f"  {_local(duty)} late; now watched by {who.en}")


def _local(duty: Duty) -> str:
    return duty.since.astimezone(clock.ZONE).strftime("%m-%d %H:%M")


def _post(role: str) -> Post:
    return Post.objects.filter(in_term(), role=role).select_related("person", "place").order_by("place__path", "pk")[0]


def _stands(matter: Matter) -> Said:
    book = book_of(matter.playbook_id)
    stage = book.title_of(matter.stage)
    if matter.outcome:
        end = OUTCOMES[matter.outcome]
        return Said(
            f"#{matter.number} {book.title.zh}：办结——{end.zh}", f"#{matter.number} {book.title.en}: ended, {end.en}"
        )
    due = matter.due_at.astimezone(clock.ZONE).strftime("%m-%d %H:%M") if matter.due_at else ""
    holder = holder_said(matter)
    return Said(
        f"#{matter.number} {book.title.zh}：{stage.zh}，由{holder.zh}负责，{due} 前完成",
        f"#{matter.number} {book.title.en}: {stage.en}, held by {holder.en}, due {due}",
    )
