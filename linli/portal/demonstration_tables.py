"""Two topics of the deliberation table, all invented: one still open, with four sides' positions, eight statements, two options and
what 24 neighbours think; and one that was agreed, whose options have hung their time and which waits to be decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.meetings.models import Topic
from linli.meetings.table.actions import drawing_up, ending, taking_part
from linli.meetings.table.queries import find_topic
from linli.notices.actions.postings import end_postings, prove
from linli.notices.models import Posting
from linli.people.models import Person, Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.portal.demonstration_pictures import sheet_on_a_board

WHAT = "东门小广场晚上又跳舞又停车，孩子没有地方玩，楼上说吵，大家意见很大。希望坐下来一起商量。"
QUESTION = "东门小广场晚上怎么用，大家都过得去？"
NEIGHBOURS, EVENING = 24, 21
# Of how many, in turn: agree, disagree, not sure.
STATEMENTS = (
    ("晚上九点以后不放音响。", (21, 2, 1)),
    ("广场上不停车，消防通道必须留出来。", (20, 3, 1)),
    ("小推车和电动车应该有固定的地方停。", (17, 4, 3)),
    ("跳舞的人可以戴耳机，不用外放。", (12, 10, 2)),
    ("周末晚上可以延长到九点半。", (11, 11, 2)),
    ("划一半给孩子，一半给跳舞的。", (13, 8, 3)),
    ("干脆取消广场舞。", (3, 20, 1)),
    ("应该按月收场地费，用来修地砖。", (4, 17, 3)),
)
POSITIONS = (
    ("resident", "building_lead", "错开时间，不是谁赶走谁", "跳舞的多是老人，没有别处去；楼上有中考的孩子，九点要安静。"),
    ("property", "property_manager", "愿意划线并加装分贝显示屏", "去年夏天噪声投诉三十七起，划线以后好管理，显示屏大家都看得见。"),
    ("committee", "committee", "费用从公共收益出，不向业主收钱", "公共收益今年结余够用，花在大家都用的地方说得过去。"),
    ("community", "community", "社区牵头，办成为止", "消防通道是底线，其余的事由邻居们商量着定。"),
)  # fmt: skip
RAMP_WHAT = "一号楼门口的坡道太陡，老人推轮椅上不去，下雨还滑。"
RAMP = "一号楼门口的坡道怎么改？"
RAMP_POSITION = ("可以改，算日常维护", "坡道在物业合同的维护范围里，材料库里就有扶手管。")
RAMP_OPTION = drawing_up.Sheet(
    "放缓坡度，两侧装扶手",
    "坡道加长一米二，坡度改为一比十二，铺防滑砖，两侧装不锈钢扶手。",
    "3600",
    "物业（日常维护费）",
    "施工三天，从北门出入",
)
OPTIONS = (
    drawing_up.Sheet(
        "分时段使用",
        "七点到八点半跳舞，八点半到九点半给孩子；九点关音响。立牌公示，楼栋长轮流提醒。",
        "800",
        "物业（告示牌）",
        "跳舞的人少半小时；二号楼住户九点以后安静",
    ),
    drawing_up.Sheet(
        "划区加隔音",
        "地面划出跳舞区、儿童区和消防通道，靠二号楼一侧种一排灌木并装吸音屏，加分贝显示屏。",
        "46800",
        "公共收益，业主表决后使用",
        "施工十天广场封闭；靠路停的六辆车要挪走",
        "物业服务中心一楼公示栏",
    ),
)


def load_tables() -> None:
    if Topic.objects.exists():
        return
    neighbours = _neighbours()
    _agree_on_the_ramp(neighbours)
    begun = _nine(clock.now() - timedelta(days=10))
    with clock.at(begun):
        matter = raise_matter(
            "deliberation",
            Place.objects.get(level="estate"),
            actor=neighbours[0],
            answers={"what": WHAT},
            key=uuid.uuid5(uuid.NAMESPACE_URL, "demonstration table"),
        )
    with clock.at(begun + timedelta(days=1)):
        move(matter, "settle", actor=_reader("community"), answers={"question": QUESTION})
    topic = find_topic(Topic.objects.get(matter=matter).pk)
    if topic is not None:
        _talk(topic, neighbours)


def _agree_on_the_ramp(neighbours: list[Reader]) -> None:
    """Nineteen days ago it was agreed; its options hung seven days, with the holidays that fall into them."""
    community, begun = _reader("community"), _nine(clock.now() - timedelta(days=24))
    with clock.at(begun):
        matter = raise_matter(
            "deliberation",
            Place.objects.filter(level="building").order_by("path")[0],
            actor=neighbours[0],
            answers={"what": RAMP_WHAT},
            key=uuid.uuid5(uuid.NAMESPACE_URL, "demonstration ramp"),
        )
        move(matter, "settle", actor=community, answers={"question": RAMP})
    topic = find_topic(Topic.objects.get(matter=matter).pk)
    if topic is None:
        return
    with clock.at(begun + timedelta(days=1)):
        taking_part.take_position(topic, "property", *RAMP_POSITION, actor=_reader("property_manager"))
        taking_part.state(topic, "坡道两边都要有扶手。", actor=neighbours[0])
        drawing_up.draw_up(topic, RAMP_OPTION, actor=community)
    with clock.at(begun + timedelta(days=4)):
        ending.agree(topic, "按方案一做：坡度放缓、两侧装扶手，十天内完工。", actor=community)
        prove(Posting.objects.get(matter=matter), photos=[sheet_on_a_board()], actor=community)
    end_postings()


def _talk(topic: Topic, neighbours: list[Reader]) -> None:
    hours = _hours(topic)
    for side, role, stance, reason in POSITIONS:
        with clock.at(next(hours)):
            taking_part.take_position(topic, side, stance, reason, actor=_reader(role))
    for number, (words, _) in enumerate(STATEMENTS):
        with clock.at(next(hours)):
            taking_part.state(topic, words, actor=neighbours[number])
    for number, (_, shares) in enumerate(STATEMENTS, start=1):
        for neighbour, choice in zip(neighbours, _choices(shares, number), strict=True):
            with clock.at(next(hours)):
                taking_part.think(topic, number, choice, actor=neighbour)
    for sheet in OPTIONS:
        with clock.at(next(hours)):
            drawing_up.draw_up(topic, sheet, actor=_reader("community"))


def _hours(topic: Topic) -> Iterator[datetime]:
    """One moment after the other from the day after the table was set, in the hours when people are awake."""
    moment = _nine(topic.opened_at)
    while True:
        moment += timedelta(minutes=20)
        if moment.hour >= EVENING:
            moment = _nine(moment)
        yield moment


def _nine(moment: datetime) -> datetime:
    """Nine in the morning of the day after."""
    return datetime.combine(clock.local_day(moment) + timedelta(days=1), time(9), clock.ZONE)


def _choices(shares: tuple[int, int, int], turn: int) -> list[str]:
    """The same shares, but not always by the same neighbours."""
    row = ["agree"] * shares[0] + ["disagree"] * shares[1] + ["unsure"] * shares[2]
    return row[turn * 5 :] + row[: turn * 5]


def _neighbours() -> list[Reader]:
    posts = Post.objects.filter(in_term(), role="resident").order_by("place__path").select_related("person")
    people: list[Person] = [post.person for post in posts[: NEIGHBOURS * 20 : 20]]
    return [Reader(person) for person in people]


def _reader(role: str) -> Reader:
    return Reader(Post.objects.filter(in_term(), role=role).select_related("person").order_by("pk")[0].person)
