"""Minutes drafted from what was recorded: what the people present then need only read, correct and approve."""

from __future__ import annotations

from collections.abc import Sequence

from linli.lib import clock
from linli.meetings.kinds import ENDINGS, OUTCOMES, PURPOSES, SIDES, TASK
from linli.meetings.models import Item, Meeting, Seat
from linli.meetings.queries import Spoken, items_of, present_now, seats_by_side, spoken_in
from linli.meetings.settings import title_of

VERDICTS = {"passed": "通过", "failed": "未通过", "no_quorum": "人数不足，不作决定"}


def draft(meeting: Meeting) -> str:
    """In Chinese, as minutes are kept here (Property Management Regulation, art. 14: minutes are written and archived)."""
    title = title_of(meeting).zh
    said = spoken_in(meeting)
    lines = [f"{meeting.place.name}{title}纪要", "", *_head(meeting), "", "议题"]
    for item in items_of(meeting):
        lines += ["", *_point(item, [one for one in said if one.item == item.number])]
    return "\n".join(lines)


def _head(meeting: Meeting) -> list[str]:
    at = meeting.at.astimezone(clock.ZONE) if meeting.at else None
    when = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}" if at else ""
    present = present_now(meeting)
    lines = [
        f"时间：{when}",
        f"地点：{meeting.venue}",
        f"应到有表决权 {meeting.due_heads} 人，实到 {present} 人。",
    ]
    if meeting.plan_version is not None:
        lines.append(f"所议方案：第 {meeting.plan_version} 版（SHA-256 {bytes(meeting.plan_digest or b'').hex()}）")
    lines += [f"{SIDES[side].zh}：{_attendance(seats)}" for side, seats in seats_by_side(meeting)]
    return lines if meeting.outcome != "no_quorum" else [*lines, f"结果：{OUTCOMES['no_quorum'].zh}。"]


def _attendance(seats: Sequence[Seat]) -> str:
    here = [seat for seat in seats if seat.arrived_at is not None]
    return f"应到 {len(seats)} 人，到会 {len(here)} 人"


def _point(item: Item, said: Sequence[Spoken]) -> list[str]:
    lines = [f"{item.number}. {item.title}（{PURPOSES[item.purpose].zh}）"]
    lines += [f"   {SIDES[one.side].zh}：{one.words}" for one in said]
    if item.verdict:
        lines.append(
            f"   表决：到会 {item.present} 人，赞成 {item.yes}，反对 {item.no}，弃权 {item.abstain}：{VERDICTS[item.verdict]}。"
        )
    if item.ending:
        task = f"（第 {item.task.number} 号事项）" if item.ending == TASK and item.task else ""
        lines.append(f"   {ENDINGS[item.ending].zh}{task}：{item.answer}")
    return lines
