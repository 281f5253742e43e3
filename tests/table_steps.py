"""A deliberation in the test neighbourhood: `{by: shu, table: consensus}` talks it over and ends the table so."""

from __future__ import annotations

import uuid

from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.models import Topic
from linli.meetings.table.actions import drawing_up, ending, taking_part
from linli.meetings.table.queries import find_topic
from linli.people.reader import Reader
from tests.world import World

QUESTION = "一期北侧绿地要不要改成停车位？"
NORTH = drawing_up.Sheet(
    "北侧改 24 个车位", "拆除北侧灌木，铺透水砖，划 24 个车位。", "186000", "公共收益", "一号楼北侧各户，噪声增加"
)
RENT = drawing_up.Sheet("租用东侧空地", "向街道租用东侧空地，停 30 辆。", "0", "停车的业主", "停车的业主，多走三百米")


def a_deliberation(world: World, place: str = "estate") -> Matter:
    """Raised by Mei, and laid on the table by the community."""
    matter = raise_matter(
        "deliberation", world.place(place), actor=world.mei, answers={"what": "停车难"}, key=uuid.uuid4()
    )
    move(matter, "settle", actor=world.shu, answers={"question": QUESTION})
    return Matter.objects.get(pk=matter.pk)


def topic_of(matter: Matter) -> Topic:
    found = find_topic(Topic.objects.get(matter=matter).pk)
    assert found is not None
    return found


def end_table(world: World, matter: Matter, by: Reader, outcome: str) -> None:
    topic = topic_of(matter)
    taking_part.take_position(topic, "property", "可以改", "现有车位只够一半住户", actor=world.jing)
    taking_part.state(topic, f"第 {topic.round} 轮：先试一年", actor=world.bo)
    if outcome == "no_consensus":
        ending.part(topic, "各方对费用意见不一", actor=by)
        return
    if not topic.sheets.exists():
        drawing_up.draw_up(topic, NORTH, actor=by)
        drawing_up.draw_up(topic, RENT, actor=by)
    ending.agree(topic, "按方案一改建，噪声大的三户加隔音窗。", actor=by)
