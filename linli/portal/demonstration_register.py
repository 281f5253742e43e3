"""The register of the demonstration: every room with its area and invented owners, some of several rooms, some unsold."""

from __future__ import annotations

from datetime import date

from linli.people.actions import phone_of
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.portal.demonstration import SINCE, names_without_end
from linli.register.actions.loading import load_register
from linli.register.actions.posts import set_card
from linli.register.models import Holding
from linli.register.plan import Wish, make_plan
from linli.register.tables import Table

HEADINGS = ["小区", "期", "楼栋", "单元", "室", "面积", "面积来源", "产权人", "共有人", "电话", "产权性质"]
AREAS = ("89.35", "104.20", "128.66", "76.08")
DEVELOPER = "青榆置业有限公司"


def load_demonstration_register() -> None:
    """Through the same door as a file from an office. Where a register stands already, nothing is loaded."""
    if Holding.objects.exists():
        return
    day: date = SINCE
    load_register(make_plan(_table(), parent=None, since=day, wish=Wish()), day=day)
    _fill_cards()


def _fill_cards() -> None:
    """Offices give their phone; most grid workers agreed to be shown by name, the last two did not."""
    posts = Post.objects.filter(role__in=("grid_worker", "community_desk"), until__isnull=True).select_related("person")
    for number, post in enumerate(posts.order_by("-role", "place__path")):
        phone = f"0471-000{number:04}"  # no operator gives out such a number
        set_card(post, shows_name=number < 5, office_phone=phone, actor=Reader(post.person))


def _table() -> Table:
    residents = {
        post.place_id: post.person
        for post in Post.objects.filter(role="resident", until__isnull=True).select_related("person").order_by("-pk")
    }
    names, places = names_without_end(), {place.path: place for place in Place.objects.all()}
    table: Table = [(1, HEADINGS)]
    for number, room in enumerate(Place.objects.filter(level="room").order_by("path"), start=1):
        owner, phone = next(names), ""
        if room.pk in residents:
            owner, phone = residents[room.pk].name, phone_of(residents[room.pk])
        unsold = number % 83 == 0
        shared = "" if unsold or number % 9 else next(names)
        last = [DEVELOPER, "", "", "未售"] if unsold else [owner, shared, phone, "已售"]
        source = "合同" if number % 29 == 0 else "登记"
        table.append((number + 1, [*_where(room, places), AREAS[number % len(AREAS)], source, *last]))
    return table


def _where(room: Place, places: dict[str, Place]) -> list[str]:
    names = {places[path].level: places[path].name for path in room.line}
    return [names.get(level, "") for level in ("estate", "phase", "building", "unit", "room")]
