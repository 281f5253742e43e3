"""What the page of one facility shows, and to whom."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType

from linli.lib.text import Said
from linli.matters.policies import post_to_raise
from linli.matters.queries import current_books
from linli.people.reader import Reader
from linli.places.facilities import CONDITIONS, TO_REPAIR
from linli.places.models import Code, Facility
from linli.places.queries import line_of
from linli.requests.facilities.actions import REPAIR, title_of
from linli.requests.facilities.policies import may_keep
from linli.requests.facilities.queries import Report, Row, Seen, inspections_of, reports_of, said_of

DONE = MappingProxyType(
    {
        "added": Said("已登记到设施名册。", "It is on the register now."),
        "inspected": Said("巡检已登记。", "The inspection is recorded."),
        "installed": Said("已登记为安装完成。", "It is entered as installed."),
        "taken_off": Said(
            "已从名册撤下，过去的记录仍然保留。", "It is off the register. What it went through is kept."
        ),
        "code": Said("二维码已生成，可以打印。", "The code is made and can be printed."),
    }
)


class FacilityPage:
    def __init__(self, facility: Facility, reader: Reader) -> None:
        self.facility = facility
        self.reader = reader
        self.line = line_of(facility.place)
        self.row = Row(facility, said_of(self.line))
        self.title = title_of(facility)
        self.conditions = CONDITIONS.items()
        self.notices = DONE

    @property
    def is_standing(self) -> bool:
        return self.facility.valid_to is None

    @property
    def keeper(self) -> bool:
        return may_keep(self.reader, self.facility.place)

    @cached_property
    def seen(self) -> list[Seen]:
        return inspections_of(self.facility)

    @cached_property
    def reports(self) -> list[Report]:
        return reports_of(self.facility)

    @cached_property
    def finding(self) -> Seen | None:
        """What the newest inspection found to repair, while no matter has come of it."""
        newest = self.seen[0] if self.seen else None
        if newest is None or newest.condition not in TO_REPAIR or not self.is_standing:
            return None
        return None if any(one.inspection == newest.inspection for one in self.reports) else newest

    @property
    def open_report(self) -> Report | None:
        return next((one for one in self.reports if one.matter.is_open), None)

    @property
    def may_report(self) -> bool:
        book = current_books().get(REPAIR)
        return book is not None and post_to_raise(self.reader, book, self.facility.place) is not None

    @cached_property
    def code(self) -> Code | None:
        return Code.objects.filter(facility=self.facility, revoked_at__isnull=True).first()
