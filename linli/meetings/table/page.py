"""What the page of one topic shows, and to whom."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from linli.lib.text import Said
from linli.matters.deeds import Tried
from linli.matters.models import Matter
from linli.meetings.kinds import CHOICES, SIDES, TABLE_OUTCOMES
from linli.meetings.models import OptionSheet, Topic
from linli.meetings.table.picture import GROUPS, Figures, arranged, bar
from linli.meetings.table.policies import is_convener, is_neighbour, may_draw_up, speaks_for
from linli.meetings.table.queries import Position, Stated, positions_of, sheets_of, statements_of
from linli.meetings.table.settings import sides_of
from linli.meetings.table.wording import yuan
from linli.people.models import Person
from linli.people.reader import Reader
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of

ON_THE_TABLE = Said("正在议", "On the table")
ERASED = Said("（已按本人要求删除）", "(erased on request)")
IN_WORDS = Said(
    "同意 {agree}，不同意 {disagree}，说不好 {unsure}", "{agree} agree, {disagree} disagree, {unsure} are not sure"
)
DONE_SAID = {
    "position": Said("这一方的立场已记下。", "The position is on the table."),
    "state": Said(
        "您的想法已经摆上桌面，邻居可以表态了。", "Your statement is on the table; neighbours can say what they think."
    ),
    "think": Said("已记下您的看法，议事结束前都可以改。", "Noted. You can change it until the table ends."),
    "set-aside": Said("这一条已收起，理由写在下面。", "It is set aside; the reason stands below."),
    "draw-up": Said("方案已列出。", "The option is drawn up."),
    "redraw": Said("方案已更新。", "The option is changed."),
    "take-back": Said("方案已收起。", "The option is taken back."),
    "agree": Said("已达成共识，方案进入公示。", "The table agreed; the options are to be posted."),
    "part": Said("议事结束，没有达成共识。", "The table ended without agreement."),
}


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    title: Said
    positions: Sequence[tuple[Position, str]]  # with who took it, for those who sit there
    mine: Position | None
    speaks: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as somebody is asked about it."""

    row: Stated
    buttons: Sequence[tuple[str, Said, bool]]

    @property
    def number(self) -> int:
        return self.row.row.number


@dataclass(frozen=True, slots=True)
class Sheet:
    row: OptionSheet
    cost: str


class TopicPage:
    def __init__(self, topic: Topic, reader: Reader, tried: Tried | None = None, language: str = "zh") -> None:
        self.topic = topic
        self.reader = reader
        self.tried = tried or Tried()
        self.language = language
        self.key = uuid.uuid4()

    @cached_property
    def book(self) -> Playbook:
        return book_of(self.topic.matter.playbook_id)

    @property
    def is_open(self) -> bool:
        return self.topic.ended_at is None

    @property
    def state_said(self) -> Said:
        return ON_THE_TABLE if self.is_open else TABLE_OUTCOMES[self.topic.outcome]

    @property
    def tone(self) -> str:
        return "stage" if self.is_open else "done" if self.topic.outcome == "consensus" else "waiting"

    @property
    def stands(self) -> Said:
        """Where the matter is now."""
        matter = self.topic.matter
        return OUTCOMES[matter.outcome] if matter.outcome else self.book.title_of(matter.stage)

    @cached_property
    def about(self) -> Matter | None:
        """The matter that it came from, where one was named."""
        number = self.topic.matter.facts.get("about")
        return Matter.objects.filter(number=number).first() if number else None

    @cached_property
    def convener(self) -> bool:
        return is_convener(self.reader, self.topic)

    @cached_property
    def own_sides(self) -> list[str]:
        return speaks_for(self.reader, self.topic)

    @cached_property
    def neighbour(self) -> bool:
        return self.is_open and is_neighbour(self.reader, self.topic)

    @cached_property
    def draws_up(self) -> bool:
        return may_draw_up(self.reader, self.topic)

    # -- the sides

    @cached_property
    def sides(self) -> list[Side]:
        taken = positions_of(self.topic)
        names = self._names(taken) if self.convener or self.own_sides else {}
        return [self._side(name, [one for one in taken if one.side == name], names) for name in sides_of(self.topic)]

    def _side(self, name: str, taken: Sequence[Position], names: dict[uuid.UUID, str]) -> Side:
        rows = [(one, names.get(one.person, "") if one.person else "") for one in taken]
        mine = next((one for one in taken if one.person and one.person == self.reader.person_id), None)
        return Side(name, SIDES[name], rows, mine, self.is_open and name in self.own_sides)

    def _names(self, taken: Sequence[Position]) -> dict[uuid.UUID, str]:
        keys = {one.person for one in taken if one.person}
        return dict(Person.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}

    # -- what neighbours think

    @cached_property
    def stated(self) -> list[Stated]:
        return statements_of(self.topic, self.reader)

    @cached_property
    def cards(self) -> list[Card]:
        """Those that are open to an opinion; what was erased is none."""
        rows = [one for one in self.stated if one.row.set_aside_id is None and one.words is not None]
        return [Card(one, [(name, said, one.choice == name) for name, said in CHOICES.items()]) for one in rows]

    @property
    def left(self) -> int:
        return sum(1 for card in self.cards if not card.row.choice)

    @cached_property
    def away(self) -> list[Stated]:
        return [one for one in self.stated if one.row.set_aside_id is not None]

    @cached_property
    def counted(self) -> list[Figures]:
        return [
            Figures(
                one.row.number, one.words or ERASED.in_(self.language), one.row.agree, one.row.disagree, one.row.unsure
            )
            for one in self.stated
            if one.row.counted_at is not None and one.row.set_aside_id is None
        ]

    @cached_property
    def picture(self) -> list[tuple[str, Said, list[tuple[Figures, SafeString, Said]]]]:
        return [
            (name, GROUPS[name], [(one, SafeString(bar(one, self._aloud(one))), _figures(one)) for one in rows])
            for name, rows in arranged(self.counted)
        ]

    def _aloud(self, one: Figures) -> str:
        return f"{one.number}: {_figures(one).in_(self.language)}"

    @property
    def uncounted(self) -> int:
        """Of how many too few have spoken yet."""
        return sum(1 for card in self.cards if card.row.row.counted_at is None)

    # -- the options

    @cached_property
    def sheets(self) -> list[Sheet]:
        return [Sheet(row, yuan(row.cost)) for row in sheets_of(self.topic)]


def _figures(one: Figures) -> Said:
    return IN_WORDS.filled(agree=one.agree, disagree=one.disagree, unsure=one.unsure)
