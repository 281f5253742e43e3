"""Where imported matters belong: one place for all, or the places below it by the names in a column."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from unicodedata import normalize

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.actions import add_place
from linli.places.levels import LEVELS, is_above
from linli.places.models import Place
from linli.places.queries import below
from linli.playbooks.model import Playbook
from linli.requests.imports.mapping import Where

NO_PLACE_GIVEN = Said(
    "请用 --place 写明这些诉求归到哪里：地点的路径或代码。",
    "Say with --place where these requests belong: the path or the code of a place.",
)
NO_SUCH_PLACE = Said(
    "没有路径、代码或名称为“{given}”的地点。请先导入或添加它。",
    "There is no place with the path, code or name “{given}”. Import or add it first.",
)
SEVERAL = Said("“{given}”不止一处。请写路径：{paths}。", "“{given}” is several places. Give the path: {paths}.")
NOT_BELOW = Said(
    "“{level}”不能设在“{place}”下面：它必须更小。", "A place of the level “{level}” cannot stand below “{place}”."
)
WRONG_LEVEL = Said(
    "“{place}”是“{level}”，诉求只能归到：{levels}。{hint}",
    "“{place}” is of the level “{level}”; requests may belong to: {levels}. {hint}",
)
ALL_NAMED = Said(
    "“{column}”为空或无法识别的行没有地方可归。", "Rows whose “{column}” is empty or unknown would have nowhere to go."
)
NOWHERE = Said("没有这个地点，也没有可归的上级", "there is no such place, and none above that could take it")


def given_place(given: str) -> Place:
    """By path, code or name, in this order."""
    if not given:
        raise Refused(NO_PLACE_GIVEN)
    for asked in ({"path": given}, {"code": given}, {"name": given}):
        found = list(Place.objects.filter(valid_to__isnull=True, **asked).order_by("path")[:5])
        if len(found) > 1:
            raise Refused(SEVERAL.filled(given=given, paths=", ".join(place.path for place in found)))
        if found:
            return found[0]
    raise Refused(NO_SUCH_PLACE.filled(given=given))


@dataclass
class Whereabouts:
    """Finds each place once. `fallback` is where a row goes whose place is not known; None when it is too wide for that."""

    where: Where
    top: Place
    book: Playbook
    known: dict[str, Place] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        self.fallback = self.top if self.top.level in self.book.at else None
        self._check()
        if self.where.column:
            found = below(self.top).filter(level=self.where.level, valid_to__isnull=True)
            self.known = {_plain(place.name): place for place in found}
            self.known |= {
                _plain(name): place
                for place in found.prefetch_related("names")
                for name in place.names.values_list("name", flat=True)
                if _plain(name) not in self.known
            }

    def _check(self) -> None:
        level = self.where.level
        if not self.where.column and self.fallback is None:
            self._refuse_level(self.top.level, Said("", ""))
        if self.where.column and not is_above(self.top.level, level):
            raise Refused(NOT_BELOW.filled(level=LEVELS[level], place=self.top.name))
        if self.where.column and level not in self.book.at:
            self._refuse_level(level, ALL_NAMED.filled(column=self.where.column))

    def _refuse_level(self, level: str, hint: Said) -> None:
        levels = [LEVELS[one] for one in self.book.at]
        said = Said("、".join(one.zh for one in levels), ", ".join(one.en for one in levels))
        raise Refused(WRONG_LEVEL.filled(place=self.top.name, level=LEVELS[level], levels=said, hint=hint))

    def find(self, name: str) -> Place | None:
        """The place of this name, where it can be found without making one."""
        return self.known.get(_plain(name)) if name else None

    def has_home(self, name: str) -> bool:
        return bool(self.find(name) or (name and self.where.makes) or self.fallback)

    def place(self, name: str) -> tuple[Place, str]:
        """The place, and the name as it was written where that is not the place itself."""
        found = self.find(name)
        if found is None and name and self.where.makes:
            found = self.known[_plain(name)] = self._make(name)
        if found is not None:
            return found, ""
        if self.fallback is None:
            raise Refused(NOWHERE)
        return self.fallback, name

    def _make(self, name: str) -> Place:
        self.made += 1
        label = _label(name)
        if Place.objects.filter(path=f"{self.top.path}.{label}").exists():
            label = f"{label[:29]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"
        return add_place(self.top, level=self.where.level, label=label, name=name, since=self.top.valid_from)


def _plain(name: str) -> str:
    return " ".join(normalize("NFKC", name).casefold().split())


def _label(name: str) -> str:
    """Letters and digits of the name; for Chinese, a short hash that is the same every time."""
    plain = re.sub(r"[^a-z0-9]+", "_", _plain(name)).strip("_")[:40]
    whole = plain and not re.search(r"[^\x00-\x7f]", _plain(name))
    return plain if whole else f"x{hashlib.sha256(_plain(name).encode()).hexdigest()[:10]}"
